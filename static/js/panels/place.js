// Any other feature: its name, where it lies, its fields with the names of their codes.
import { h } from '../dom.js';
import { signOf } from '../layers-panel.js';
import { gridName, gridOf, itemOf, layerOf, titled, villageName, villageOf } from '../model.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { boundsOf, middleOf } from './bounds.js';
import { factsOf } from './facts.js';
import { back, note } from './frame.js';

/** @typedef {import('../contract').Layer} Layer */
/** @typedef {import('../contract').Feature} Feature */

/** @param {Layer} layer @param {Feature} feature */
function nameOf(layer, { properties }) {
  const named = properties[layer.style.label ?? 'name'] ?? properties.name ?? properties.code;
  return named ? String(named) : titled(layer.title);
}

/** @param {Feature} feature */
async function crumbOf({ properties }) {
  const village = villageOf(properties.village);
  const grid = properties.grid ? await gridOf(properties.grid) : null;
  if (grid)
    return back(
      address('grid', grid.properties.code),
      `${village ? villageName(village) : ''} ${gridName(grid.properties)}`,
    );
  return village
    ? back(address('village', village.code), villageName(village))
    : back('#', t('backToMap'));
}

/** @param {string} layerId @param {string} id @returns {Promise<import('./frame.js').Content & import('./index.js').Place>} */
export async function placeContent(layerId, id) {
  const layer = layerOf(layerId);
  if (!layer) throw new Error(`no layer ${layerId}`);
  const feature = await itemOf(layerId, id);
  const title = nameOf(layer, feature);
  const inTitle = new Set([layer.style.label ?? 'name']);
  const isPoint = feature.geometry?.type === 'Point';
  return {
    title,
    crumb: await crumbOf(feature),
    sub: h('span', { class: 'row' }, signOf(layer), titled(layer.title)),
    body: [
      !feature.geometry && h('div', { class: 'sect' }, note('pin', 'warn', t('unplacedPlace'))),
      factsOf(layerId, feature.properties, inTitle, feature) ??
        h('div', { class: 'sect' }, note('info', '', t('noFacts'))),
    ],
    selected: {
      layer: layerId,
      fid: feature.properties.fid,
      point: middleOf(feature.geometry),
      label: isPoint ? title : '',
    },
    point: isPoint ? middleOf(feature.geometry) : undefined,
    bounds: isPoint ? undefined : boundsOf(feature.geometry),
  };
}
