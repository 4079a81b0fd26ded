// What an import found, in figures: outcomes, columns taken, refused and unknown.
import { h, icon, s } from '../dom.js';
import { number } from '../format.js';
import { titled } from '../model.js';
import { note } from '../panels/frame.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { fileCard } from './steps.js';

/** @typedef {import('../contract').Import} Import */
/** @typedef {import('../contract').Outcome} Outcome */

/** @type {[outcome: Outcome, key: string, color: string][]} */
export const OUTCOMES = [
  ['added', 'k1', 'var(--act)'],
  ['updated', 'k2', 'var(--ok)'],
  ['unchanged', 'k0', 'var(--line-2)'],
  ['decision', 'k3', 'var(--warn)'],
  ['refused', 'k4', 'var(--bad)'],
];

const WIDTH = 820;
const GAP = 4;

/** @param {Import['counts']} counts */
function bar(counts) {
  const present = OUTCOMES.filter(([outcome]) => counts[outcome] > 0);
  const total = present.reduce((sum, [outcome]) => sum + counts[outcome], 0);
  const least = 10;
  const room = WIDTH - GAP * (present.length - 1) - least * present.length;
  let x = 0;
  const parts = present.map(([outcome, , fill]) => {
    const width = least + (counts[outcome] / total) * room;
    const part = s('rect', { x, width, height: 22, rx: 4, fill });
    x += width + GAP;
    return part;
  });
  const label = present.map(([o]) => `${t(`outcome_${o}`)} ${counts[o]}`).join(t('comma'));
  return s(
    'svg',
    {
      class: 'norm bar',
      viewBox: `0 0 ${WIDTH} 22`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    ...parts,
  );
}

/** @param {Import['counts']} counts */
export const outcomeFigures = (counts) => [
  h(
    'dl',
    { class: 'outs' },
    ...OUTCOMES.map(([outcome, key]) =>
      h(
        'div',
        null,
        h('dt', null, h('i', { class: `rk ${key}` }), t(`outcome_${outcome}`)),
        h('dd', { class: 'num' }, number(counts[outcome])),
      ),
    ),
  ),
  bar(counts),
];

/** @param {Import} one */
function fileSub({ sheets }) {
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows, 0);
  const headers = sheets[0]?.header_rows ?? [];
  return [
    t('sheetsRows', { sheets: sheets.length, rows: number(rows) }),
    headers.length && t('headerRows', { rows: headers.join(t('listComma')) }),
  ]
    .filter(Boolean)
    .join(t('comma'));
}

/** @param {Import} one @param {() => void} discard */
export const fileOf = (one, discard) =>
  fileCard(
    one.file,
    fileSub(one),
    h(
      'button',
      { class: 'iconbtn', type: 'button', 'aria-label': t('otherFile'), click: discard },
      icon('close'),
    ),
  );

/** @param {Import} one */
export function refusedColumns({ refused_columns }) {
  if (!refused_columns.length) return null;
  const headings = [...new Set(refused_columns.map(({ heading }) => heading))];
  const names = headings
    .map((text) => t('quoted', { text }))
    .join('')
    .trim();
  const cells = refused_columns.reduce((sum, column) => sum + column.cells, 0);
  return note(
    'lock',
    'bad',
    t('columnsRefused', { names, n: headings.length, cells: number(cells) }),
  );
}

/** @param {Import} one */
export function skippedSheets({ skipped_sheets = [] }) {
  const told = skipped_sheets.filter(({ reason }) => reason !== 'empty');
  if (!told.length) return null;
  const parts = told.map(({ name, reason }) => t(`skipped_${reason}`, { name }));
  return note('info', 'warn', `${parts.join(t('comma'))}${t('stop')}`);
}

/**
 * The same column of several sheets is told once.
 * @template {{column: string, heading: string}} C
 * @param {C[]} columns @returns {C[]}
 */
function once(columns) {
  return [...new Map(columns.map((c) => [`${c.column} ${c.heading}`, c])).values()];
}

/** @param {{column: string, heading: string}} from @param {Node} to */
const pair = ({ column, heading }, to) =>
  h(
    'li',
    null,
    h('span', { class: 'num mut' }, column),
    h('span', null, written(heading)),
    icon('chev', 'i-16 mut'),
    to,
  );

/** @param {Import} one */
export function columnsOf({ columns, unknown_columns }) {
  const known = once(columns);
  const unknown = once(unknown_columns);
  const fields = new Set(columns.map(({ field }) => field));
  if (!fields.size) return null;
  return h(
    'details',
    { class: 'columns' },
    h(
      'summary',
      null,
      icon('chev', 'i-16'),
      h('span', null, t('columnsRead', { n: fields.size })),
      unknown.length > 0 && h('span', { class: 'mut' }, t('columnsUnknown', { n: unknown.length })),
    ),
    h(
      'ul',
      { class: 'pairs' },
      ...known.map((c) =>
        pair(c, h('b', { class: 'strong' }, c.title ? titled(c.title) : c.field)),
      ),
      ...unknown.map((c) => pair(c, h('span', { class: 'mut' }, t('notTaken')))),
    ),
  );
}

/** @param {Import} one */
export function housesNote({ houses, unassigned, contradictions }) {
  const parts = [
    houses.added > 0 && t('housesAdded', { n: number(houses.added) }),
    (houses.found ?? 0) > 0 && t('housesFound', { n: number(houses.found ?? 0) }),
    houses.unplaced > 0 && t('housesUnplaced', { n: number(houses.unplaced) }),
    unassigned > 0 && t('housesUnassigned', { n: number(unassigned) }),
    contradictions > 0 && t('housesContradict', { n: number(contradictions) }),
  ].filter(Boolean);
  return parts.length ? note('house', '', `${parts.join(t('comma'))}${t('stop')}`) : null;
}
