// What is wrong with a draft, and who would move.
import { h, icon, s } from '../dom.js';
import { number } from '../format.js';
import { heading } from '../panels/frame.js';
import { hectares } from '../panels/measures.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('../contract').BoundaryFault} BoundaryFault */
/** @typedef {import('../contract').Moved} Moved */

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
        fault.area_m2 > 0 && [
          names && t('stop'),
          fault.houses
            ? t('faultInside', { n: number(fault.households), people: number(fault.people) })
            : t('faultEmpty'),
        ],
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
export function faults(shop) {
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
export function moves(shop) {
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
