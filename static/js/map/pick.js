// What lies under a press: a badge before a house, a house before a grid.
import { get } from '../api.js';
import { go } from '../route.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {{layer: Layer, fid: number | string | undefined, properties: any}} Hit */

const HOUSES_FROM = 13.9; // below this zoom houses are a texture, and a press means the grid

/** The map's layers that can be pressed for a layer of the town. @param {Layer} layer @param {number} zoom */
function pressable(layer, zoom) {
  if (layer.id === 'house') return zoom >= HOUSES_FROM ? ['house-dot'] : [];
  if (layer.id === 'grid') return ['grid-hit'];
  if (layer.id === 'village') return ['village-land'];
  const parts = ['badge', 'far', 'line', 'fill'];
  return layer.kind === 'area' ? [] : parts.map((part) => `${layer.id}-${part}`);
}

/**
 * Whose each pressable layer of the map is.
 * @param {View} view @param {(layer: Layer) => boolean} wanted @returns {Map<string, Layer>}
 */
function ownersOf({ map, state }, wanted) {
  const shown = state.layers.filter(
    (layer) => layer.tiles && !state.hidden.has(layer.id) && wanted(layer),
  );
  return new Map(
    shown.flatMap((layer) =>
      pressable(layer, map.getZoom())
        .filter((id) => map.getLayer(id))
        .map((id) => /** @type {const} */ ([id, layer])),
    ),
  );
}

/**
 * The topmost of what lies within reach; the map's own order is a badge before a house, a house
 * before a surface.
 * @param {View} view @param {{x: number, y: number}} point @param {number} reach
 * @param {(layer: Layer) => boolean} wanted @returns {Hit | null}
 */
function topmost(view, { x, y }, reach, wanted) {
  const owners = ownersOf(view, wanted);
  const [hit] = view.map.queryRenderedFeatures(
    [
      [x - reach, y - reach],
      [x + reach, y + reach],
    ],
    { layers: [...owners.keys()] },
  );
  const layer = hit && owners.get(hit.layer.id);
  return layer ? { layer, fid: hit.id, properties: hit.properties } : null;
}

/** @param {Layer} layer */
const isArea = ({ kind }) => kind === 'area';

/** @param {View} view @param {{x: number, y: number}} point @param {number} slack @returns {Hit | null} */
const under = (view, point, slack) =>
  topmost(view, point, 0, (layer) => !isArea(layer)) ??
  topmost(view, point, slack, (layer) => !isArea(layer)) ??
  topmost(view, point, 0, isArea);

/** @param {Hit} hit */
async function open({ layer, fid, properties }) {
  if (layer.kind === 'area' && properties.code) {
    go(layer.id, String(properties.code));
    return;
  }
  const found = await get(`/collections/${layer.id}/items`, { fid: String(fid), limit: 1 });
  const id = found.features[0]?.id;
  if (id) go(layer.id, id);
}

/** @param {View} view @param {(error: unknown) => void} onError */
export function pickOn(view, onError) {
  const { map } = view;
  const touch = matchMedia('(pointer: coarse)').matches;
  map.on('click', ({ point, lngLat }) => {
    // where a draft is on the map, a press belongs to the pens
    const hit = view.state.draft ? null : under(view, point, touch ? 12 : 5);
    if (!hit) return;
    // a dot that stands for several houses opens by coming nearer
    if (hit.properties.n > 1) view.moveTo([lngLat.lng, lngLat.lat], { zoom: map.getZoom() + 2 });
    else open(hit).catch(onError);
  });
  map.on('mousemove', ({ point }) => {
    if (view.state.draft) return;
    const hit = map.isMoving() ? null : under(view, point, 4);
    map.getCanvas().style.cursor = hit ? 'pointer' : '';
  });
}
