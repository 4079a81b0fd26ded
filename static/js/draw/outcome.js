// What an approval did: from when it counts, and which houses and people went to another grid, or will.
import { h } from '../dom.js';
import { day, number } from '../format.js';
import { heading, note } from '../panels/frame.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('../contract').Approved} Approved */

/** Houses by the grids between which they moved. @param {Approved['moved']} moved */
function flows(moved) {
  /** @type {Map<string, Approved['moved']>} */
  const found = new Map();
  for (const one of moved) {
    const way = `${one.before}>${one.after}`;
    found.set(way, [...(found.get(way) ?? []), one]);
  }
  return [...found.values()];
}

/** @param {Workshop} shop @param {Approved['moved']} houses */
function flow(shop, houses) {
  const [{ before, after }] = houses;
  const name = (/** @type {string | null} */ code) => (code ? shop.nameOf(code) : t('noGrid'));
  const people = houses.reduce((sum, one) => sum + (one.people ?? 0), 0);
  return h(
    'details',
    null,
    h(
      'summary',
      null,
      t('movedFlow', {
        before: name(before),
        after: name(after),
        n: number(houses.length),
        people: number(people),
      }),
    ),
    h(
      'p',
      { class: 'small sec moved' },
      written(houses.map((one) => one.door).join(t('listComma'))),
    ),
  );
}

/** @param {Workshop} shop */
export function outcome(shop) {
  const { approved } = shop;
  if (!approved) return null;
  const told = { n: approved.number ?? 0, day: day(approved.effective ?? '') };
  const isNow = approved.in_force;
  return h(
    'div',
    { class: 'sect stack', id: 'outcome' },
    isNow
      ? note('check', 'ok', t('approvedNow', told))
      : note('clock', 'act', t('approvedLater', told)),
    approved.moved.length > 0 && heading(t(isNow ? 'whoMoved' : 'whoMoves')),
    approved.moved.length
      ? flows(approved.moved).map((houses) => flow(shop, houses))
      : h('p', { class: 'small sec' }, t(isNow ? 'nobodyMoved' : 'nobodyMoves')),
  );
}
