// Boundaries that another program wrote: a file, and what its coordinates are in.
import { upload } from '../api.js';
import { h, icon } from '../dom.js';
import { number } from '../format.js';
import { DATUMS } from '../imports/choose.js';
import { note } from '../panels/frame.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { slow } from './button.js';
import { once } from './carefully.js';
import { fold } from './fold.js';
import { withNames } from './naming.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('../contract').Arrival} Arrival */
/** @typedef {import('../contract').Datum} Datum */
/** @typedef {{open: boolean, file: File | null, datum: Datum | '', found: Arrival | null}} Brought */

const ENDINGS = '.geojson,.json,.gpkg,.zip,.kml,.gpx,.dxf';

/** @type {Record<Datum, string>} */
const CALLED = { cgcs2000: 'CGCS2000', wgs84: 'WGS 84', gcj02: 'GCJ-02', bd09: 'BD-09' };

/** @returns {Brought} */
export const nothingBrought = () => ({ open: false, file: null, datum: '', found: null });

/** Sends the file; where it fits the village as stated it is drawn at once. @param {Workshop} shop @param {boolean} asStated */
async function bring(shop, asStated) {
  const { brought, desk } = shop;
  if (!desk || !brought.file || !brought.datum) return;
  const form = new FormData();
  form.set('file', brought.file);
  form.set('datum', brought.datum);
  brought.found = null;
  const { answer } = upload(`/boundaries/${desk.village}/files`, form, () => {});
  brought.found = /** @type {Arrival} */ (await answer);
  if (asStated) brought.found.shift = null;
  const { act, lines, shift } = brought.found;
  if (lines.length) shop.asked.open = true;
  if (!act || shift) return;
  const alone = onlyArea(act);
  if (alone && desk.grids.length > 1) shop.bring(alone.shape, alone.capture, alone.code);
  else await shop.do(act);
}

/** The area of an act that draws one grid alone, and the code if the village has it. @param {import('../contract').Act} act */
function onlyArea({ parts = {}, codes = [], capture }) {
  const [[code, shape], ...others] = Object.entries(parts);
  if (others.length || !capture) return null;
  return { shape, capture, code: codes.includes(code) ? null : code };
}

/** Another datum fits better: which, how far off, and the two ways on. @param {Workshop} shop */
function shifted(shop) {
  const { brought } = shop;
  const shift = brought.found?.shift;
  if (!shift || !brought.datum) return null;
  const told = { datum: CALLED[shift.datum], n: number(Math.round(shift.distance_m)) };
  const convert = () =>
    once(shop, 'bring', () => {
      brought.datum = shift.datum;
      return bring(shop, true);
    });
  return h(
    'div',
    { class: 'stack' },
    note('warn', 'warn', h('b', null, t('datumShifted', told)), ' ', t('datumShiftedWhy')),
    h('button', { class: 'btn primary', type: 'button', click: convert }, t('convertDatum', told)),
    brought.found?.act &&
      h(
        'button',
        { class: 'btn', type: 'button', click: () => once(shop, 'bring', () => bring(shop, true)) },
        t('keepDatum'),
      ),
  );
}

/** What came, and what was left out or mended. @param {Workshop} shop @param {Arrival} found */
function told({ nameOf }, found) {
  const came = [
    found.areas && t('broughtAreas', { n: found.areas }),
    found.lines.length && t('broughtLines', { n: found.lines.length }),
  ].filter(Boolean);
  const left = [
    found.areas > 1 && t('broughtInstead'),
    found.elsewhere && t('broughtElsewhere', { n: found.elsewhere }),
    found.others && t('broughtOthers', { n: found.others }),
    ...found.repaired.map((one) => t('broughtRepaired', { name: withNames(one.code, nameOf) })),
  ].filter(Boolean);
  return note(
    'check',
    'ok',
    h('b', null, came.join(t('listComma'))),
    ' ',
    left.join(t('listComma')),
  );
}

/** @param {Workshop} shop */
export function bringing(shop) {
  const { desk, brought } = shop;
  if (!desk || desk.readOnly) return null;
  const file = h('input', { class: 'vh', type: 'file', id: 'brought', accept: ENDINGS });
  file.addEventListener('change', () => {
    Object.assign(brought, { file: file.files?.[0] ?? null, found: null });
    shop.show();
  });
  const datum = h(
    'select',
    { class: 'input', id: 'brought-datum' },
    h('option', { value: '' }, t('datumChoose')),
    ...DATUMS.map((one) =>
      h('option', { value: one, selected: one === brought.datum }, t(`datum_${one}`)),
    ),
  );
  datum.addEventListener('change', () => {
    Object.assign(brought, { datum: datum.value, found: null });
    shop.show();
  });
  return fold(
    { id: 'bring', word: t('filesIn'), state: brought },
    h(
      'div',
      { class: 'stack' },
      h('p', { class: 'small sec' }, t('filesInWhy')),
      h(
        'label',
        { class: 'btn filed' },
        file,
        icon('file'),
        h('span', { class: 'clip' }, brought.file ? written(brought.file.name) : t('filesInFile')),
      ),
      h('label', { class: 'field' }, h('span', null, t('filesInDatum')), datum),
      slow(shop, {
        what: 'bring',
        word: t('proposeNow'),
        doing: t('filesInReading'),
        act: () => bring(shop, false),
        off: !brought.file || !brought.datum,
      }),
      shifted(shop),
      brought.found && !brought.found.shift && told(shop, brought.found),
    ),
  );
}
