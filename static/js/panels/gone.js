// A grid of another day that is none today: what it was called, and that it is no more, or not yet.
import { h } from '../dom.js';
import { groupedCode } from '../format.js';
import { gridName, gridOf, villageName, villageOf } from '../model.js';
import { address } from '../route.js';
import { dayInWords, today } from '../then/day.js';
import { gridThen } from '../then/grids.js';
import { t } from '../words.js';
import { boundsOf } from './bounds.js';
import { back, note } from './frame.js';

/** @param {string} code @returns {Promise<(import('./frame.js').Content & import('./index.js').Place) | null>} */
export async function goneContent(code) {
  const then = await gridThen(code);
  if (!then || (await gridOf(code))) return null;
  const { day, grid } = then;
  const village = villageOf(grid.properties.village);
  const why = t(day > today() ? 'gridToCome' : 'gridGone', { day: dayInWords(day) });
  return {
    title: gridName(grid.properties),
    crumb: village
      ? back(address('village', village.code), villageName(village))
      : back('#', t('backToMap')),
    sub: groupedCode(code),
    body: [h('div', { class: 'sect' }, note('info', '', why))],
    selected: { layer: 'grid', code, area: grid.geometry },
    bounds: boundsOf(grid.geometry),
  };
}
