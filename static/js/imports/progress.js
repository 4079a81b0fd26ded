// While the server works: a bar that tells the truth, and the steps behind it.
import { h, icon } from '../dom.js';
import { number } from '../format.js';
import { meter } from '../panels/frame.js';
import { t } from '../words.js';
import { fileCard, size } from './steps.js';

/** @typedef {import('../contract').Import} Import */
/** @typedef {Import['stage']} Stage */

/** @type {Stage[]} */
const STAGES = ['read', 'columns', 'rows', 'places', 'compare'];

/** @param {Record<string, unknown>[]} rows @param {string} key */
const distinct = (rows, key) => new Set(rows.map((row) => row[key])).size;

/** @param {Import} one @param {Stage} stage */
function doneText({ sheets, columns, refused_columns }, stage) {
  if (stage === 'read' && sheets.length) return t('readSheets', { n: sheets.length });
  if (stage === 'columns' && columns.length)
    return t('readColumns', {
      n: distinct(columns, 'field'),
      refused: distinct(refused_columns, 'heading'),
    });
  return t(`stage_${stage}`);
}

/** @param {Import} one */
function list(one) {
  const at = STAGES.indexOf(one.stage);
  return h(
    'ul',
    { class: 'ticklist' },
    ...STAGES.map((stage, i) => {
      if (i < at) return h('li', null, icon('check', 'i-16 ok'), doneText(one, stage));
      if (i === at)
        return h('li', { class: 'strong' }, icon('sync', 'i-16 act'), t(`stage_${stage}`));
      return h('li', { class: 'mut' }, icon('clock', 'i-16'), t(`stage_${stage}`));
    }),
  );
}

/** @param {Import} one */
export const percentOf = ({ done = 0, total = 0 }) =>
  total ? Math.floor((done / total) * 100) : 0;

/** @param {string} title @param {string} aside @param {number} percent */
const bar = (title, aside, percent) => [
  h(
    'div',
    { class: 'row' },
    h('b', { class: 'title-s grow' }, title),
    h('span', { class: 'num sec' }, aside),
  ),
  h(
    'div',
    {
      role: 'progressbar',
      'aria-label': title,
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': percent,
    },
    meter(percent, '', `${percent}%`),
  ),
];

/** @param {Import} one @returns {import('../dom.js').Child[]} */
export function progressOf(one) {
  const reading = one.state === 'reading';
  const title = reading ? t(`stage_${one.stage}`) : t(`state_${one.state}`);
  const aside = one.total
    ? t('rowsOf', { done: number(one.done ?? 0), total: number(one.total) })
    : '';
  return [
    h('div', { class: 'sect' }, fileCard(one.file, size(one.bytes))),
    h(
      'div',
      { class: 'sect prog' },
      ...bar(title, aside, percentOf(one)),
      reading && list(one),
      h('p', { class: 'small sec' }, t('mayLeave')),
    ),
  ];
}

/** @param {File} file @param {number} part 0 to 1 @returns {import('../dom.js').Child[]} */
export const sendingOf = (file, part) => [
  h('div', { class: 'sect' }, fileCard(file.name, size(file.size))),
  h(
    'div',
    { class: 'sect prog' },
    ...bar(t('sending'), `${Math.floor(part * 100)}%`, Math.floor(part * 100)),
  ),
];
