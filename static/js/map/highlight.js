// What is chosen stands out: a veil over the rest, a double line, a large dot, imported rows.
import { BOLD, byZoom, on, token } from './paint.js';

/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./paint.js').Expression} Expression */
/** @typedef {import('./state.js').MapState} MapState */

const ROUND = { 'line-join': /** @type {const} */ ('round') };

/** @param {string} layer @param {string} code @returns {LayerSpec[]} */
const chosenArea = (layer, code) => {
  /** @type {Expression} */
  const it = ['==', ['get', 'code'], code];
  return [
    {
      id: 'chosen-veil',
      type: 'fill',
      ...on(layer),
      filter: ['!', it],
      paint: { 'fill-color': token('--map-dim'), 'fill-opacity': 0.5 },
    },
    {
      id: 'chosen-glow',
      type: 'line',
      ...on(layer),
      filter: it,
      layout: ROUND,
      paint: {
        'line-color': token('--map-sel'),
        'line-width': 14,
        'line-blur': 12,
        'line-offset': 6,
        'line-opacity': 0.4,
      },
    },
    {
      id: 'chosen-casing',
      type: 'line',
      ...on(layer),
      filter: it,
      layout: ROUND,
      paint: { 'line-color': token('--map-house-ring'), 'line-width': 6 },
    },
    {
      id: 'chosen-line',
      type: 'line',
      ...on(layer),
      filter: it,
      layout: ROUND,
      paint: { 'line-color': token('--map-sel'), 'line-width': 3 },
    },
  ];
};

/** @param {MapState} state @returns {LayerSpec[]} */
export function areaHighlight({ selected }) {
  return selected?.code ? chosenArea(selected.layer, selected.code) : [];
}

/** @returns {LayerSpec[]} */
const chosenPoint = () => [
  {
    id: 'chosen-halo',
    type: 'circle',
    source: 'chosen',
    paint: {
      'circle-radius': 34,
      'circle-color': token('--map-sel-fill'),
      'circle-opacity': 0.14,
      'circle-stroke-color': token('--map-sel'),
      'circle-stroke-width': 1,
      'circle-stroke-opacity': 0.5,
    },
  },
  {
    id: 'chosen-dot',
    type: 'circle',
    source: 'chosen',
    paint: {
      'circle-radius': 9,
      'circle-color': token('--map-sel'),
      'circle-stroke-color': token('--map-house-ring'),
      'circle-stroke-width': 3,
    },
  },
  {
    id: 'chosen-name',
    type: 'symbol',
    source: 'chosen',
    layout: {
      'text-field': ['get', 'label'],
      'text-font': BOLD,
      'text-size': 14,
      'text-anchor': 'bottom',
      'text-offset': [0, -1.2],
      'text-allow-overlap': true,
    },
    paint: {
      'text-color': token('--map-sel'),
      'text-halo-color': token('--map-halo'),
      'text-halo-width': 2.4,
    },
  },
];

/** @returns {LayerSpec} */
const importedDots = () => ({
  id: 'imported-dot',
  type: 'circle',
  source: 'imported',
  paint: {
    'circle-radius': byZoom(11, 2.4, 14, 4.2, 17, 7),
    'circle-color': [
      'match',
      ['get', 'outcome'],
      'added',
      token('--act'),
      'updated',
      token('--ok'),
      token('--warn'),
    ],
    'circle-stroke-color': token('--map-house-ring'),
    'circle-stroke-width': 1.4,
  },
});

/** @returns {LayerSpec} */
const placeDot = () => ({
  id: 'place-dot',
  type: 'circle',
  source: 'place',
  paint: {
    'circle-radius': 7,
    'circle-color': token('--map-move'),
    'circle-stroke-color': token('--map-house-ring'),
    'circle-stroke-width': 3,
  },
});

/** Rows of an import, under the names. @param {MapState} state @returns {LayerSpec[]} */
export const importHighlight = ({ imported }) => (imported ? [importedDots()] : []);

/** @param {MapState} state @returns {LayerSpec[]} */
export function pointHighlight({ selected, place }) {
  return [...(place ? [placeDot()] : []), ...(selected?.point ? chosenPoint() : [])];
}

/** @param {[number, number]} coordinates @param {Record<string, string>} properties */
const pointFeature = (coordinates, properties) => ({
  type: /** @type {const} */ ('Feature'),
  properties,
  geometry: { type: /** @type {const} */ ('Point'), coordinates },
});

/** @param {any[]} features */
const collection = (features) => ({
  type: /** @type {const} */ ('geojson'),
  data: { type: /** @type {const} */ ('FeatureCollection'), features },
});

/** @param {MapState} state */
export const highlightSources = ({ selected, imported, place }) => ({
  chosen: collection(
    selected?.point ? [pointFeature(selected.point, { label: selected.label ?? '' })] : [],
  ),
  imported: collection(
    (imported ?? []).map(([lon, lat, outcome]) => pointFeature([lon, lat], { outcome })),
  ),
  place: collection(place ? [pointFeature(place.point, {})] : []),
});
