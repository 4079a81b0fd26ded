// What the panel says of a draft: households, what must be mended, who would move, and what next.
import { send } from '../api.js';
import { byId, h, icon, onPhone, s } from '../dom.js';
import { day, groupedCode, moment, number } from '../format.js';
import { back, heading, note, show, tag } from '../panels/frame.js';
import { language } from '../prefs.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { carefully } from './carefully.js';
import { drawField, showDetails } from './field.js';
import { stateTag } from './states.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('./desk.js').Desk} Desk */
/** @typedef {import('../contract').DraftGrid} DraftGrid */
/** @typedef {import('../contract').BoundaryFault} BoundaryFault */
/** @typedef {import('../contract').Moved} Moved */

/** @param {number} m2 */
export const hectares = (m2) =>
  t('hectaresOf', { n: number(Number((m2 / 1e4).toFixed(m2 < 1e5 ? 2 : 1))) });

/** @param {string} sign @param {string} word @param {() => unknown} press @param {{kind?: string, off?: boolean}} [how] */
const button = (sign, word, press, { kind = '', off = false } = {}) =>
  h(
    'button',
    {
      class: `btn grow ${kind}`.trim(),
      type: 'button',
      click: press,
      'aria-disabled': off && 'true',
    },
    icon(sign),
    h('span', null, word),
  );

/** The band of the norm, with a mark where the grid stands and one where it stood. @param {number} now @param {number | null} was @param {{least: number, most: number}} norm */
function normBand(now, was, norm) {
  const most = Math.max(norm.most * 1.4, now * 1.1, (was ?? 0) * 1.1);
  const at = (/** @type {number} */ n) => 4 + (n / most) * 340;
  const mark = (/** @type {number} */ n, /** @type {string} */ look) =>
    s('circle', { cx: at(n), cy: 8, r: look === 'now' ? 7 : 4.5, class: `mark-${look}` });
  return s(
    'svg',
    {
      class: 'norm draftnorm',
      viewBox: '0 0 348 34',
      role: 'img',
      'aria-label': t('normSays', { n: number(now), least: norm.least, most: norm.most }),
    },
    s('rect', { x: 0, y: 5, width: 348, height: 6, rx: 3, class: 'band-all' }),
    s('rect', {
      x: at(norm.least),
      y: 5,
      width: at(norm.most) - at(norm.least),
      height: 6,
      class: 'band-norm',
    }),
    s('text', { x: at(norm.least), y: 30, 'text-anchor': 'middle' }, norm.least),
    s('text', { x: at(norm.most), y: 30, 'text-anchor': 'middle' }, norm.most),
    was !== null && was !== now && mark(was, 'was'),
    mark(now, 'now'),
  );
}

/** @typedef {{least: number, most: number} | null} Norm */

/** How a grid stands to the norm, in words. @param {DraftGrid} grid @param {Norm} norm */
function stands({ norm: how }, norm) {
  if (!norm || !how) return null;
  const word = { right: 'normRight', few: 'normFew', many: 'normMany' }[how];
  const look = how === 'right' ? 'ok' : 'warn';
  return h('span', { class: `small ${look}` }, t(/** @type {any} */ (word), norm));
}

/** @param {DraftGrid} grid @param {Norm} norm */
function households(grid, norm) {
  const { counts, was } = grid;
  if (!counts) return null;
  const gained = was ? counts.households - was.households : 0;
  const delta =
    gained === 0
      ? ''
      : t(gained > 0 ? 'wasMore' : 'wasFewer', {
          was: number(was?.households ?? 0),
          n: number(Math.abs(gained)),
        });
  return h(
    'div',
    { class: 'sect' },
    h('h2', null, h('span', { class: 'strong' }, t('householdsInside')), stands(grid, norm)),
    h(
      'p',
      { class: 'row' },
      h('span', { class: 'huge' }, number(counts.households)),
      h('span', { class: 'delta' }, delta),
    ),
    norm && normBand(counts.households, was?.households ?? null, norm),
    h(
      'p',
      { class: 'small sec' },
      t('alsoInside', {
        houses: number(counts.houses),
        people: number(counts.people),
        schools: number(counts.schools),
        organizations: number(counts.organizations),
      }),
    ),
  );
}

/** @type {Record<string, [word: any, sign: string, kind: string]>} */
const FAULTS = {
  gap: ['faultGap', 'warn', 'gap'],
  hole: ['faultHole', 'warn', 'gap'],
  overlap: ['faultOverlap', 'layers', 'overlap'],
  duplicate: ['faultOverlap', 'layers', 'overlap'],
  outside: ['faultOutside', 'warn', 'outside'],
  missing: ['faultMissing', 'warn', 'gap'],
  unmatched: ['faultUnmatched', 'warn', 'outside'],
};

/** @param {Workshop} shop @param {BoundaryFault} fault */
function faultRow(shop, fault) {
  const [word, sign, kind] = FAULTS[fault.kind];
  const names = fault.grids.map(shop.nameOf).join(t('listComma'));
  return h(
    'li',
    { class: `defect ${kind}` },
    icon(sign),
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong' }, t(word), ' ', fault.area_m2 > 0 && hectares(fault.area_m2)),
      h(
        'p',
        { class: 'sub' },
        written(names),
        names && t('stop'),
        fault.houses
          ? t('faultInside', { n: number(fault.households), people: number(fault.people) })
          : t('faultEmpty'),
      ),
    ),
    fault.geometry &&
      !shop.desk?.readOnly &&
      h(
        'button',
        { class: 'btn sm', type: 'button', click: () => mend(shop, fault) },
        t(fault.kind === 'outside' ? 'mendOutside' : 'mendGap'),
      ),
  );
}

/** Gives a gap or an overlap to the chosen grid where it touches it, else to the first that does. @param {Workshop} shop @param {BoundaryFault} fault */
function mend(shop, fault) {
  if (fault.kind === 'outside' || fault.kind === 'unmatched')
    return shop.do({ kind: 'snap', reach_m: 2 });
  const to = fault.grids.includes(shop.chosen ?? '') ? shop.chosen : fault.grids[0];
  const shape = fault.geometry ?? undefined;
  return shop.do(to ? { kind: 'transfer', grids: [to], shape } : { kind: 'add', shape });
}

/** @param {Workshop} shop */
function faults(shop) {
  const found = shop.desk?.now?.faults ?? [];
  if (!found.length) return null;
  return h(
    'div',
    { class: 'sect' },
    h(
      'h2',
      null,
      h('span', { class: 'strong' }, t('mustMend')),
      h('span', { class: 'mut small' }, t('mustMendWhy')),
    ),
    h('ul', { class: 'defects' }, ...found.slice(0, 12).map((one) => faultRow(shop, one))),
    found.length > 12 &&
      h('p', { class: 'small sec' }, t('andMoreFaults', { n: found.length - 12 })),
  );
}

const arrow = () =>
  s(
    'svg',
    { width: 56, height: 20, viewBox: '0 0 72 20', 'aria-hidden': 'true' },
    s('path', { d: 'M2 10h62M57 4l8 6-8 6', class: 'flowarrow' }),
  );

/** @param {Workshop} shop @param {Moved} flow */
function flowRow(shop, { before, after, households: n, people, doors, houses }) {
  const side = (/** @type {string | null} */ code) =>
    h('span', null, h('b', { class: 'strong' }, code ? written(shop.nameOf(code)) : t('noGrid')));
  return [
    h(
      'div',
      { class: 'flow' },
      side(before),
      arrow(),
      side(after),
      h(
        'span',
        { class: 'grow end sub num' },
        t('flowCount', { n: number(n), people: number(people) }),
      ),
    ),
    h(
      'p',
      { class: 'small sec moved' },
      written(doors.join(t('listComma'))),
      houses > doors.length && t('andOthers'),
    ),
  ];
}

/** @param {Workshop} shop */
function moves(shop) {
  const found = shop.desk?.now?.moved ?? [];
  const total = (/** @type {'households' | 'people'} */ of) =>
    number(found.reduce((sum, one) => sum + one[of], 0));
  return h(
    'div',
    { class: 'sect' },
    heading(
      t('whoMoves'),
      h(
        'span',
        { class: 'mut small' },
        found.length ? t('flowCount', { n: total('households'), people: total('people') }) : '',
      ),
    ),
    found.length
      ? found.flatMap((flow) => flowRow(shop, flow))
      : h('p', { class: 'small sec' }, t('nobodyMoves')),
  );
}

/** @param {DraftGrid} grid */
const figures = (grid) =>
  h(
    'div',
    { class: 'sect' },
    h(
      'dl',
      { class: 'kv' },
      h('dt', null, t('surface')),
      h('dd', null, hectares(grid.area_m2)),
      h('dt', null, t('perimeter')),
      h('dd', null, t('metresOf', { n: number(Math.round(grid.perimeter_m)) })),
      h('dt', null, t('compactness')),
      h('dd', null, grid.compactness.toFixed(2)),
      h('dt', null, t('centroid')),
      h('dd', { translate: 'no' }, grid.middle.map((n) => n.toFixed(5)).join(', ')),
    ),
  );

/** What was drawn and belongs to nobody yet. @param {Workshop} shop */
function giving(shop) {
  const { drawn, chosen, desk } = shop;
  if (!drawn) return null;
  const name = chosen ? shop.nameOf(chosen) : '';
  return h(
    'div',
    { class: 'sect give', 'data-give': '', role: 'group', 'aria-label': t('giveTo') },
    heading(t('giveTo')),
    chosen &&
      button('plus', t('giveChosen', { name }), () => shop.give('transfer'), { kind: 'primary' }),
    chosen && button('draw', t('giveShape', { name }), () => shop.give('reshape')),
    button('split', t('giveOwn'), () => shop.give('cut-out')),
    (desk?.now?.faults.some(({ kind }) => kind === 'gap') || !desk?.grids.length) &&
      button('grid', t('giveFree'), () => shop.give('add')),
    button('close', t('giveUp'), () => shop.discard(), { kind: 'quiet' }),
  );
}

/** @param {Workshop} shop */
function notes(shop) {
  const { desk } = shop;
  if (!desk) return [];
  const { draft, refused, overtaken, problem } = desk;
  return [
    problem &&
      note('off', 'warn', problem.code === 'offline' ? t('drawnOffline') : problem.message),
    refused && note('warn', 'bad', language() === 'en' ? refused.en : refused.zh),
    overtaken !== null &&
      note('info', 'warn', t('overtaken', { base: desk.base, number: overtaken })),
    draft?.state === 'returned' &&
      draft.remark &&
      note('warn', 'warn', t('sentBack', { who: draft.decided_by ?? '' }), written(draft.remark)),
    draft?.state === 'submitted' &&
      note('clock', 'act', t('waitsForApproval', { at: moment(draft.submitted_at ?? '') })),
  ].filter(Boolean);
}

/** @param {Workshop} shop */
function tagOf({ desk }) {
  return desk?.draft || desk?.acts.length ? stateTag(desk.draft?.state ?? 'draft') : null;
}

/** @param {Workshop} shop */
function footer(shop) {
  const { desk } = shop;
  if (!desk) return [];
  if (desk.draft?.state === 'submitted')
    return desk.inForce.may.approve ? approver(shop) : [waits(shop)];
  if (!desk.inForce.may.draw) return [h('p', { class: 'small sec' }, t('onlyLooking'))];
  return drawer(shop, desk);
}

/** Why a draft cannot be submitted yet; empty where it can. @param {Desk} desk */
function hindrance(desk) {
  const many = desk.now?.faults.length ?? 0;
  if (!desk.acts.length) return t('nothingDrawn');
  return many ? t('faultsLeft', { n: many }) : '';
}

/** @param {Workshop} shop @param {Desk} desk */
function drawer(shop, desk) {
  const none = !desk.acts.length;
  const why = hindrance(desk);
  const off = Boolean(why || desk.problem);
  const keep = () => (none ? null : carefully(shop, () => shop.keep()));
  const submit = () => (off ? null : carefully(shop, () => desk.submit()));
  const isKept = desk.kept && !none;
  return [
    h('p', { class: 'small sec row', id: 'why' }, icon('info', 'i-16'), why || t('readyToSubmit')),
    h(
      'div',
      { class: 'row' },
      button(isKept ? 'check' : 'save', t(isKept ? 'draftKept' : 'keepDraft'), keep, { off: none }),
      button('send', t('submit'), submit, { kind: 'primary', off }),
    ),
    (desk.draft || !none) &&
      h(
        'button',
        { class: 'link small', type: 'button', click: () => carefully(shop, () => desk.drop()) },
        t('dropDraft'),
      ),
  ];
}

/** @param {Workshop} shop */
const waits = (shop) =>
  h(
    'div',
    { class: 'row' },
    button('undo', t('withdraw'), () =>
      carefully(shop, () => shop.desk?.withdraw() ?? Promise.resolve()),
    ),
  );

/** @param {Workshop} shop */
function approver(shop) {
  const remark = h('textarea', {
    id: 'remark',
    rows: 2,
    maxlength: 500,
    placeholder: t('remarkHint'),
  });
  const from = h('input', { id: 'effective', type: 'date' });
  from.value = new Date().toISOString().slice(0, 10);
  const back_ = () => {
    const { lng, lat } = shop.view.map.getCenter();
    return carefully(shop, async () => shop.desk?.sendBack(remark.value, [lng, lat]));
  };
  return [
    h('label', { class: 'field' }, h('span', null, t('effectiveFrom')), from),
    h('label', { class: 'field' }, h('span', null, t('remark')), remark),
    h(
      'div',
      { class: 'row' },
      button('undo', t('sendBack'), back_),
      button(
        'check',
        t('approve'),
        () =>
          carefully(shop, async () => {
            await shop.desk?.approve(from.value || null);
            shop.calls.written();
          }),
        { kind: 'primary' },
      ),
    ),
  ];
}

/** Asks for grids to begin with. @param {Workshop} shop */
function proposing(shop) {
  const { desk } = shop;
  if (!desk || desk.readOnly) return null;
  const grids = h('input', {
    id: 'proposed',
    type: 'number',
    min: 1,
    max: 60,
    inputmode: 'numeric',
  });
  grids.value = String(Math.max(1, desk.inForce.grids.length));
  const ask = () =>
    carefully(shop, async () => {
      const found = await send('POST', `/boundaries/${desk.village}/proposals`, {
        grids: Number(grids.value),
      });
      await shop.do(found.act);
    });
  return h(
    'details',
    { class: 'sect', open: !desk.inForce.grids.length },
    h('summary', { class: 'strong' }, t('propose')),
    h('p', { class: 'small sec' }, t('proposeWhy')),
    h(
      'div',
      { class: 'row' },
      h('label', { class: 'field' }, h('span', null, t('proposeCount')), grids),
      h('button', { class: 'btn', type: 'button', click: ask }, icon('grid'), t('proposeNow')),
    ),
  );
}

/** @type {[kind: string, name: string][]} */
const FILES = [
  ['gpkg', 'GeoPackage'],
  ['shp', 'Shapefile'],
  ['geojson', 'GeoJSON'],
  ['kml', 'KML'],
  ['dxf', 'DXF'],
];

/** The grids in force, for other programs. @param {Workshop} shop */
const downloads = ({ desk }) =>
  h(
    'div',
    { class: 'sect' },
    heading(t('filesOut')),
    h(
      'p',
      { class: 'row wrap' },
      ...FILES.map(([kind, name]) =>
        h(
          'a',
          { class: 'link', href: `/boundaries/${desk?.village}/files/${kind}`, download: true },
          written(name),
        ),
      ),
    ),
  );

/** @param {Workshop} shop */
function history({ desk }) {
  const versions = desk?.inForce.versions ?? [];
  if (!versions.length) return null;
  return h(
    'div',
    { class: 'sect' },
    heading(t('versions')),
    h(
      'ul',
      { class: 'list plain' },
      ...versions.map((one) =>
        h(
          'li',
          { class: 'item' },
          h(
            'span',
            { class: 'txt' },
            h('b', null, t('versionNumber', { n: one.number ?? 0 })),
            h(
              'small',
              null,
              one.effective ? t('sinceDay', { day: day(one.effective) }) : t('asFound'),
              one.decided_by && ' ',
              one.decided_by && written(one.decided_by),
            ),
          ),
          !one.in_force && tag('act', 'clock', t('notYet')),
        ),
      ),
    ),
  );
}

const toMap = () =>
  h(
    'button',
    { class: 'link', type: 'button', id: 'backtomap', click: () => showDetails(false) },
    icon('back', 'i-16'),
    h('span', null, t('backToDrawing')),
  );

/** @param {Workshop} shop */
export function drawPanel(shop) {
  const { desk } = shop;
  if (!desk) return;
  const grid = shop.chosen ? desk.grid(shop.chosen) : undefined;
  const body = [
    h('div', { class: 'sect notes', 'aria-live': 'polite' }, ...notes(shop)),
    giving(shop),
    grid
      ? households(grid, desk.inForce.norm)
      : h('div', { class: 'sect' }, note('info', '', t('drawFirst'))),
    faults(shop),
    moves(shop),
    grid ? figures(grid) : null,
    history(shop),
    proposing(shop),
    downloads(shop),
  ];
  const scrolled = byId('panel').querySelector('.body')?.scrollTop ?? 0;
  show({
    title: grid
      ? t('boundaryOf', { name: shop.nameOf(grid.code) })
      : t('boundariesOf', { name: desk.inForce.name }),
    crumb: onPhone() ? toMap() : back(address('village', desk.village), desk.inForce.name),
    tag: tagOf(shop),
    sub: grid && groupedCode(grid.code),
    body: body.filter((one) => one !== null),
    footer: footer(shop),
  });
  const now = byId('panel').querySelector('.body');
  if (now) now.scrollTop = scrolled;
  if (desk.busy) byId('panel').setAttribute('aria-busy', 'true');
  else byId('panel').removeAttribute('aria-busy');
  if (onPhone()) drawField(shop);
}
