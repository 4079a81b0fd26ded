// What lies under a press: a badge before a house, a house before a grid.
import { get } from '../api.js';
import { go } from '../route.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {{layer: Layer, fid: number | string | undefined, properties: any}} Hit */

const HOUSES_FROM = 13.9; // below this zoom houses are a texture, and a press means the grid

/** @param {Layer} layer @param {number} zoom */
function layersOf(layer, zoom) {
  if (layer.id === 'house') return zoom >= HOUSES_FROM ? ['house-dot'] : [];
  if (layer.id === 'grid') return ['grid-hit'];
  if (layer.id === 'village') return ['village-land'];
  const parts = ['badge', 'far', 'line', 'fill'];
  return layer.kind === 'area' ? [] : parts.map((part) => `${layer.id}-${part}`);
}

/** Nearer things first. @param {Layer} layer */
const rank = ({ id, kind, geometry }) => {
  if (id === 'village') return 5;
  if (kind === 'area') return 4;
  if (geometry.includes('polygon')) return 3;
  return id === 'house' ? 2 : 1;
};

/** @param {View} view @param {{x: number, y: number}} point @param {number} slack @returns {Hit | null} */
function under(view, { x, y }, slack) {
  const { map, state } = view;
  const shown = state.layers.filter((layer) => layer.tiles && !state.hidden.has(layer.id));
  for (const layer of [...shown].sort((a, b) => rank(a) - rank(b))) {
    const layers = layersOf(layer, map.getZoom()).filter((id) => map.getLayer(id));
    const reach = layer.kind === 'area' ? 0 : slack;
    if (!layers.length) continue;
    const [hit] = map.queryRenderedFeatures(
      [
        [x - reach, y - reach],
        [x + reach, y + reach],
      ],
      { layers },
    );
    if (hit) return { layer, fid: hit.id, properties: hit.properties };
  }
  return null;
}

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
    const hit = under(view, point, touch ? 12 : 5);
    if (!hit) return;
    // a dot that stands for several houses opens by coming nearer
    if (hit.properties.n > 1) view.moveTo([lngLat.lng, lngLat.lat], { zoom: map.getZoom() + 2 });
    else open(hit).catch(onError);
  });
  map.on('mousemove', ({ point }) => {
    const hit = map.isMoving() ? null : under(view, point, 4);
    map.getCanvas().style.cursor = hit ? 'pointer' : '';
  });
}
