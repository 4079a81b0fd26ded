// What the dots of an import mean, on the map's edge.
import { byId, fill, h } from '../dom.js';
import { t } from '../words.js';
import { OUTCOMES } from './summary.js';

/** @param {string[]} outcomes those on the map */
export function drawLegend(outcomes) {
  const legend = byId('legend');
  const keys = OUTCOMES.filter(([outcome]) => outcomes.includes(outcome));
  fill(
    legend,
    h(
      'p',
      { class: 'row small' },
      ...keys.flatMap(([outcome, key]) => [
        h('i', { class: `rk ${key}` }),
        t(`outcome_${outcome}`),
      ]),
    ),
  );
  legend.hidden = false;
}

export function hideLegend() {
  byId('legend').hidden = true;
}
