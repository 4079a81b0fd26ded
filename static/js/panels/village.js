// A village: its counts, its grids, what waits in it.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { number } from '../format.js';
import { gridName, model, townName, villageName, villageOf } from '../model.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { back, figures, heading, note } from './frame.js';
import { onPaper } from './paper.js';

/** @typedef {import('../contract').Feature} Feature */
/** @typedef {import('../contract').Village} Village */

/** @param {Feature} grid */
function gridRow({ properties }) {
  return h(
    'li',
    null,
    h(
      'a',
      { href: address('grid', properties.code) },
      h('span', { class: 'mark' }, icon('grid')),
      h(
        'span',
        { class: 'txt' },
        h('b', null, written(gridName(properties))),
        h('small', { translate: 'no' }, properties.code),
      ),
      Number.isFinite(properties.households) &&
        h('span', { class: 'num sec' }, t('householdsCount', { n: number(properties.households) })),
      icon('chev', 'i-16 mut'),
    ),
  );
}

/** @param {Village} village */
const toPlace = ({ code, unplaced }) =>
  unplaced > 0 &&
  h(
    'ul',
    { class: 'list' },
    h(
      'li',
      null,
      h(
        'a',
        { href: `${address('worklist', 'unplaced')}&village=${code}` },
        h('span', { class: 'mark act' }, icon('pin')),
        h(
          'span',
          { class: 'txt' },
          h('b', null, t('unplacedCount', { n: number(unplaced) })),
          h('small', null, t('unplacedWhy')),
        ),
        icon('chev', 'i-16 mut'),
      ),
    ),
  );

/** @param {string} key a village's code, or its id @returns {Promise<Village>} */
async function find(key) {
  const known = villageOf(key);
  if (known) return known;
  const item = await get(`/collections/village/items/${encodeURIComponent(key)}`);
  const village = villageOf(item.properties.code);
  if (!village) throw new Error(`village ${key} is not in the town`);
  return village;
}

/** @param {string} key @returns {Promise<import('./frame.js').Content & import('./index.js').Place>} */
export async function villageContent(key) {
  const village = await find(key);
  const found = await get('/collections/grid/items', { village: village.code, limit: 200 });
  /** @type {Feature[]} */
  const grids = found.features;
  grids.sort((a, b) => String(a.properties.code).localeCompare(String(b.properties.code)));
  return {
    title: villageName(village),
    crumb: back('#', model.town ? townName(model.town) : ''),
    sub: h('span', { translate: 'no' }, village.code),
    body: [
      h(
        'div',
        { class: 'sect' },
        figures([
          [number(village.houses), t('houses', { n: village.houses })],
          [number(village.people), t('people', { n: village.people })],
          [number(village.grids), t('grids', { n: village.grids })],
          [number(village.unplaced), t('unplaced')],
        ]),
      ),
      village.houses
        ? toPlace(village)
        : h('div', { class: 'sect' }, note('info', '', t('emptyVillage'))),
      h('div', { class: 'sect tight topline' }, heading(t('grids'))),
      h('ul', { class: 'list flushlist' }, ...grids.map(gridRow)),
    ],
    footer: grids.length ? [onPaper(village.code)] : undefined,
    selected: { layer: 'village', code: village.code },
    bounds: village.bounds,
  };
}
