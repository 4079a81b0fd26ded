// What lives in the grids: houses as dots, and any other layer from its own style alone.
import { badgeId } from './badges.js';
import { byZoom, FONT, growing, halo, kindColor, on, token } from './paint.js';

/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./paint.js').Expression} Expression */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {import('./state.js').MapState} MapState */

const CROWDED = 150; // more points than this wait for a nearer zoom

/** @param {string} type @returns {Expression} */
const only = (type) => ['==', ['geometry-type'], type];

/** @param {Layer} layer @returns {LayerSpec[]} */
function surfaces(layer) {
  const color = kindColor(layer.style.color);
  return [
    {
      id: `${layer.id}-fill`,
      type: 'fill',
      ...on(layer.id),
      filter: only('Polygon'),
      paint: { 'fill-color': color, 'fill-opacity': 0.16 },
    },
    {
      id: `${layer.id}-edge`,
      type: 'line',
      ...on(layer.id),
      filter: only('Polygon'),
      paint: { 'line-color': color, 'line-width': byZoom(13, 0.6, 17, 1.6), 'line-opacity': 0.8 },
    },
  ];
}

/** @param {Layer} layer @returns {LayerSpec} */
const lines = (layer) => ({
  id: `${layer.id}-line`,
  type: 'line',
  ...on(layer.id),
  filter: only('LineString'),
  layout: { 'line-join': 'round', 'line-cap': 'round' },
  paint: {
    'line-color': kindColor(layer.style.color),
    'line-width': byZoom(12, 1, 17, 3.5),
    'line-opacity': 0.9,
  },
});

/** Lines and surfaces: under the houses. @param {Layer} layer @returns {LayerSpec[]} */
export function shapesOf(layer) {
  return [
    ...(layer.geometry.includes('polygon') ? surfaces(layer) : []),
    ...(layer.geometry.includes('line') ? [lines(layer)] : []),
  ];
}

/** @param {MapState} state @returns {Expression} */
const inSelection = (state) =>
  state.selected?.area ? ['within', state.selected.area] : ['literal', false];

/** @param {Layer} layer @param {MapState} state @returns {LayerSpec[]} */
export function houses(layer, state) {
  const faint = state.imported ? 0.4 : 1;
  const inside = inSelection(state);
  const color = state.selected?.area
    ? ['case', inside, token('--map-sel'), token('--map-house')]
    : token('--map-house');
  return [
    {
      id: 'house-dot',
      type: 'circle',
      ...on(layer.id),
      paint: {
        'circle-color': /** @type {Expression} */ (color),
        'circle-radius': growing(11, 0.7, 13, 1.15, 15, 2.6, 17, 5.5),
        'circle-opacity': byZoom(11, 0.38 * faint, 13.2, 0.62 * faint, 14.5, faint),
        'circle-stroke-color': token('--map-house-ring'),
        'circle-stroke-width': byZoom(14, 0, 15, 1, 17, 1.8),
        'circle-stroke-opacity': faint,
      },
    },
  ];
}

/** Door numbers; the chosen house has its own, larger one. @param {Layer} layer @param {MapState} state @returns {LayerSpec[]} */
export const houseNames = (layer, { selected }) => [
  {
    id: 'house-name',
    type: 'symbol',
    ...on(layer.id),
    minzoom: 17,
    ...(selected?.layer === layer.id && selected.fid
      ? { filter: ['!=', ['id'], selected.fid] }
      : {}),
    layout: {
      'text-field': ['coalesce', ['get', layer.style.label ?? 'door'], ''],
      'text-font': FONT,
      'text-size': 12,
      'text-anchor': 'top',
      'text-offset': [0, 0.6],
      'text-padding': 6,
    },
    paint: { 'text-color': token('--map-house'), ...halo() },
  },
];

/** @param {Layer} layer @returns {LayerSpec[]} */
const farDots = (layer) => [
  {
    id: `${layer.id}-far`,
    type: 'circle',
    ...on(layer.id),
    maxzoom: 13.6,
    filter: only('Point'),
    paint: {
      'circle-radius': byZoom(10, 1.6, 12, 3.4),
      'circle-color': kindColor(layer.style.color),
      'circle-stroke-color': token('--map-house-ring'),
      'circle-stroke-width': byZoom(10, 0.7, 12, 1.4),
    },
  },
];

/** @param {Layer} layer @returns {Expression} */
function nameOf(layer) {
  const label = layer.style.label;
  if (!label || !layer.tiles?.fields.includes(label)) return '';
  return ['step', ['zoom'], '', 14.2, ['coalesce', ['get', label], '']];
}

/** The chosen one has a sign and a name of its own. @param {Layer} layer @param {MapState['selected']} selected @returns {Expression} */
const unchosen = (layer, selected) =>
  selected?.layer === layer.id && selected.fid
    ? ['all', only('Point'), ['!=', ['id'], selected.fid]]
    : only('Point');

/** @param {Layer} layer @param {MapState} state @returns {LayerSpec} */
const badges = (layer, { selected }) => ({
  id: `${layer.id}-badge`,
  type: 'symbol',
  ...on(layer.id),
  minzoom: 13.6,
  filter: unchosen(layer, selected),
  layout: {
    'icon-image': badgeId(layer),
    'icon-size': byZoom(13.6, 0.7, 16, 1),
    'icon-padding': 0,
    'symbol-sort-key': layer.style.order,
    'text-field': nameOf(layer),
    'text-font': FONT,
    'text-size': 12,
    'text-anchor': 'top',
    'text-offset': [0, 1],
    'text-optional': true,
  },
  paint: {
    'text-color': kindColor(layer.style.color),
    'text-halo-color': token('--map-halo'),
    'text-halo-width': 1.6,
  },
});

/** @param {Layer} layer @param {MapState} state @returns {LayerSpec[]} */
export function pointsOf(layer, state) {
  if (!layer.geometry.includes('point')) return [];
  return [...(layer.count <= CROWDED ? farDots(layer) : []), badges(layer, state)];
}
