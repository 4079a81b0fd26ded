// The official numbers of a boundary: surface, perimeter, compactness, middle.
import { h } from '../dom.js';
import { number } from '../format.js';
import { t } from '../words.js';

/** @typedef {import('../contract').Measures} Measures */

/** @param {number} m2 */
export const hectares = (m2) =>
  t('hectaresOf', { n: number(Number((m2 / 1e4).toFixed(m2 < 1e5 ? 2 : 1))) });

/** @param {Measures} of */
export const measures = (of) =>
  h(
    'div',
    { class: 'sect' },
    h(
      'dl',
      { class: 'kv' },
      h('dt', null, t('surface')),
      h('dd', null, hectares(of.area_m2)),
      h('dt', null, t('perimeter')),
      h('dd', null, t('metresOf', { n: number(Math.round(of.perimeter_m)) })),
      h('dt', null, t('compactness')),
      h('dd', null, of.compactness.toFixed(2)),
      h('dt', null, t('centroid')),
      h('dd', { translate: 'no' }, of.middle.map((n) => n.toFixed(5)).join(', ')),
    ),
  );
