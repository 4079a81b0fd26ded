// A grid's numbers: households beside the norm, surface and shape.
import { h } from '../dom.js';
import { number } from '../format.js';
import { heading } from '../panels/frame.js';
import { normBand, stands } from '../panels/norm.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../contract').DraftGrid} DraftGrid */

/** @typedef {import('../panels/norm.js').Norm} Norm */

/** @param {import('../contract').GridCounts} counts */
const besides = (counts) =>
  t('alsoInside', {
    houses: number(counts.houses),
    people: number(counts.people),
    schools: number(counts.schools),
    organizations: number(counts.organizations),
  });

/** What lies in the piece that is being drawn, and who has it by now. @param {import('./workshop.js').Workshop} shop */
export function insidePiece({ piece, nameOf }) {
  const { counts, holders } = piece.found ?? {};
  if (!counts) return null;
  return h(
    'div',
    { class: 'sect', id: 'insidepiece', role: 'status' },
    heading(
      t('pieceInside'),
      h(
        'b',
        { class: 'strong num' },
        t('flowCount', { n: number(counts.households), people: number(counts.people) }),
      ),
    ),
    h('p', { class: 'small sec' }, besides(counts)),
    holders?.map(({ grid, houses, households, people }) =>
      h(
        'p',
        { class: 'small sec row' },
        h('span', { class: 'grow' }, written(grid ? nameOf(grid) : t('noGrid'))),
        t('pieceHeld', { n: number(households), houses: number(houses), people: number(people) }),
      ),
    ),
  );
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
    h('h2', null, h('span', { class: 'strong' }, t('householdsInside')), stands(grid.norm, norm)),
    h(
      'p',
      { class: 'row' },
      h('span', { class: 'huge' }, number(counts.households)),
      h('span', { class: 'delta' }, delta),
    ),
    norm && normBand(counts.households, was?.households ?? null, norm),
    h('p', { class: 'small sec' }, besides(counts)),
  );
}
