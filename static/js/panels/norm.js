// How many households a grid has beside the norm: a warning to think of, never a bar.
import { h, s } from '../dom.js';
import { number } from '../format.js';
import { t } from '../words.js';

/** The band of the norm, with a mark where the grid stands and one where it stood. @param {number} now @param {number | null} was @param {{least: number, most: number}} norm */
export function normBand(now, was, norm) {
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

/** How a grid stands to the norm, in words. @param {'few' | 'right' | 'many' | null} how @param {Norm} norm */
export function stands(how, norm) {
  if (!norm || !how) return null;
  const word = { right: 'normRight', few: 'normFew', many: 'normMany' }[how];
  const look = how === 'right' ? 'ok' : 'warn';
  return h('span', { class: `small ${look}` }, t(/** @type {any} */ (word), norm));
}
