// Step 1: choose or drop a file; below it, the imports there were.
import { get } from '../api.js';
import { fill, h, icon } from '../dom.js';
import { moment, number } from '../format.js';
import { layerOf, model, titled, villageName } from '../model.js';
import { faultOf, heading, note, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../contract').Import} Import */

/** @type {Record<Import['state'], [kind: string, sign: string]>} */
const STATE = {
  reading: ['act', 'sync'],
  ready: ['warn', 'hand'],
  committing: ['act', 'sync'],
  committed: ['ok', 'check'],
  undoing: ['act', 'sync'],
  undone: ['', 'undo'],
  failed: ['bad', 'warn'],
  discarded: ['', 'close'],
};

const LOCAL = 'local'; // whoever sits at this computer, while there are no accounts

/** @param {Import} one */
function summary({ created_at, by, counts, state }) {
  const parts = [
    [moment(created_at), by === LOCAL ? '' : by].filter(Boolean).join(' '),
    counts.added && t('addedN', { n: number(counts.added) }),
    counts.updated && t('updatedN', { n: number(counts.updated) }),
    counts.refused && t('refusedN', { n: number(counts.refused) }),
  ];
  return state === 'failed' ? String(parts[0]) : parts.filter(Boolean).join(t('comma'));
}

/** Asks once more, in the row itself. @param {Import} one @param {(id: string) => void} undo */
function undoOf(one, undo) {
  const slot = h('span', { class: 'row' });
  const ask = () => {
    fill(
      slot,
      h('span', { class: 'small sec desk-only' }, t('undoSure')),
      h(
        'button',
        { class: 'btn danger sm', type: 'button', click: () => undo(one.id) },
        icon('undo', 'i-16'),
        t('undoAll'),
      ),
      h('button', { class: 'btn sm', type: 'button', click: rest }, t('keepIt')),
    );
    slot.querySelector('button')?.focus();
  };
  const rest = () =>
    fill(
      slot,
      h(
        'button',
        {
          class: 'link',
          type: 'button',
          'aria-label': t('undoFile', { file: one.file }),
          click: ask,
        },
        t('undo'),
      ),
    );
  rest();
  return slot;
}

/** @param {Import} one @param {(id: string) => void} undo */
function row(one, undo) {
  const [kind, sign] = STATE[one.state] ?? ['', 'file'];
  return h(
    'li',
    { class: 'recent' },
    h(
      'a',
      { href: address('import', one.id) },
      h('span', { class: 'mark' }, icon('file')),
      h('span', { class: 'txt' }, h('b', null, written(one.file)), h('small', null, summary(one))),
      tag(kind, sign, t(`state_${one.state}`)),
    ),
    one.undoable && undoOf(one, undo),
  );
}

/** @param {(id: string) => void} undo */
function recent(undo) {
  const slot = h('div', { class: 'sect', 'aria-live': 'polite' });
  const ask = async () => {
    try {
      const { imports } = await get('/imports');
      if (imports.length)
        fill(
          slot,
          heading(t('recentImports')),
          h(
            'ul',
            { class: 'list flat' },
            ...imports.slice(0, 20).map((/** @type {Import} */ one) => row(one, undo)),
          ),
        );
    } catch (error) {
      fill(slot, faultOf(error, ask));
    }
  };
  ask();
  return slot;
}

/** @param {string} chosen @param {(code: string) => void} choose */
const villageSelect = (chosen, choose) =>
  h(
    'select',
    {
      class: 'input',
      id: 'import-village',
      change: (/** @type {any} */ e) => choose(e.target.value),
    },
    h('option', { value: '' }, t('villageFromSheet')),
    ...(model.town?.villages ?? []).map((v) =>
      h('option', { value: v.code, selected: v.code === chosen, translate: 'no' }, villageName(v)),
    ),
  );

/** Registers that a spreadsheet can hold: not those that are drawn. */
const importable = () =>
  model.layers.filter(
    ({ kind, geometry }) => kind === 'register' && (!geometry.length || geometry.includes('point')),
  );

/** @param {string} layer @param {(id: string) => void} choose */
function layerSelect(layer, choose) {
  const people = importable().filter(({ id }) => id === 'person');
  const others = importable().filter(({ id }) => id !== 'person');
  const select = h(
    'select',
    { class: 'input', id: 'import-layer' },
    ...[...people, ...others].map(({ id, title }) =>
      h('option', { value: id, selected: id === layer }, titled(title)),
    ),
  );
  select.addEventListener('change', () => choose(select.value));
  return select;
}

/** @type {('cgcs2000' | 'wgs84' | 'gcj02' | 'bd09')[]} */
export const DATUMS = ['cgcs2000', 'wgs84', 'gcj02', 'bd09'];

/** @param {string} chosen @param {(datum: string) => void} choose */
const datumSelect = (chosen, choose) =>
  h(
    'select',
    {
      class: 'input',
      id: 'import-datum',
      change: (/** @type {any} */ e) => choose(e.target.value),
    },
    h('option', { value: '' }, t('datumFromSheet')),
    ...DATUMS.map((datum) =>
      h('option', { value: datum, selected: datum === chosen }, t(`datum_${datum}`)),
    ),
  );

/** @param {string} text @param {HTMLSelectElement} select */
const field = (text, select) =>
  h('label', { class: 'field inline' }, h('span', null, text), select);

/** @typedef {{layer: string, village: string, datum: string}} Choices */

/**
 * @param {{
 *   choices: Choices,
 *   choose: (change: Partial<Choices>) => void,
 *   send: (file: File) => void,
 *   undo: (id: string) => void,
 *   problem?: Node | null,
 * }} doings
 * @returns {import('../dom.js').Child[]}
 */
export function chooseFile({ choices, choose, send, undo, problem }) {
  const { layer } = choices;
  const hasPoints = layerOf(layer)?.geometry.includes('point');
  const input = h('input', {
    class: 'vh',
    type: 'file',
    id: 'import-file',
    accept: '.xlsx,.xls,.et,.csv,.xlsm',
    change: () => input.files?.[0] && send(input.files[0]),
  });
  return [
    problem,
    h(
      'div',
      { class: 'sect' },
      h(
        'label',
        { class: 'drop' },
        input,
        h('span', { class: 'mark act big' }, icon('import', 'i-24')),
        h('b', { class: 'title-s' }, t('dropHere')),
        h('span', { class: 'sec' }, t('dropOr')),
      ),
    ),
    h(
      'div',
      { class: 'sect stack' },
      field(
        t('whichRegister'),
        layerSelect(layer, (id) => choose({ layer: id })),
      ),
      field(
        t('defaultVillage'),
        villageSelect(choices.village, (code) => choose({ village: code })),
      ),
      hasPoints &&
        field(
          t('whichDatum'),
          datumSelect(choices.datum, (datum) => choose({ datum })),
        ),
      note('lock', '', t('refusedKinds')),
    ),
    recent(undo),
  ];
}
