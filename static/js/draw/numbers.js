// A grid's numbers: households beside the norm, surface and shape.
import { h, s } from '../dom.js';
import { number } from '../format.js';
import { t } from '../words.js';

/** @typedef {import('../contract').DraftGrid} DraftGrid */

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
export function households(grid, norm) {
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
