// A draft on the map: its grids, what is wrong with them, who would move, and what was before.
import { number } from '../format.js';
import { t } from '../words.js';
import { BOLD, byZoom, halo, token } from './paint.js';

/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./state.js').MapState} MapState */
/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').DraftGrid} DraftGrid */

const ROUND = { 'line-join': /** @type {const} */ ('round') };
const SOURCE = 'draft';

/** @param {string} kind @returns {any} */
const those = (kind) => ['==', ['get', 't'], kind];

/** @type {Record<string, string>} */
const FAULTS = {
  gap: '--map-gap',
  hole: '--map-gap',
  overlap: '--map-overlap',
  duplicate: '--map-overlap',
  outside: '--map-outside',
};
const OTHER_FAULT = '--map-sliver';

/** @returns {any} */
const faultColor = () => [
  'match',
  ['get', 'kind'],
  ...Object.entries(FAULTS).flatMap(([kind, name]) => [kind, token(name)]),
  token(OTHER_FAULT),
];

/** @returns {any} */
const hatch = () => [
  'match',
  ['get', 'kind'],
  ['overlap', 'duplicate'],
  'hatch-falling',
  ['gap', 'hole'],
  'hatch-rising',
  'hatch-other',
];

/** @param {MapState} state @returns {LayerSpec[]} */
export function draftGround({ draft }) {
  if (!draft) return [];
  return [
    {
      id: 'draft-chosen',
      type: 'fill',
      source: SOURCE,
      filter: ['all', those('grid'), ['get', 'chosen']],
      paint: { 'fill-color': token('--map-sel-fill'), 'fill-opacity': 0.12 },
    },
    {
      id: 'draft-fault',
      type: 'fill',
      source: SOURCE,
      filter: those('fault'),
      paint: { 'fill-color': faultColor(), 'fill-opacity': 0.16 },
    },
    {
      id: 'draft-hatch',
      type: 'fill',
      source: SOURCE,
      filter: those('fault'),
      paint: { 'fill-pattern': hatch() },
    },
    {
      id: 'draft-fault-line',
      type: 'line',
      source: SOURCE,
      filter: those('fault'),
      paint: { 'line-color': faultColor(), 'line-width': 2 },
    },
  ];
}

/** @param {MapState} state @returns {LayerSpec[]} */
export function draftLines({ draft }) {
  if (!draft) return [];
  return [
    {
      id: 'draft-before',
      type: 'line',
      source: SOURCE,
      filter: those('before'),
      layout: ROUND,
      paint: {
        'line-color': token('--map-village'),
        'line-width': 2,
        'line-dasharray': [2.2, 1.8],
      },
    },
    {
      id: 'draft-line',
      type: 'line',
      source: SOURCE,
      filter: those('grid'),
      layout: ROUND,
      paint: { 'line-color': token('--map-sel'), 'line-width': byZoom(12, 1.2, 16, 2) },
    },
    {
      id: 'draft-trace',
      type: 'line',
      source: SOURCE,
      filter: those('trace'),
      layout: { ...ROUND, 'line-cap': 'round' },
      paint: { 'line-color': token('--ok'), 'line-width': 5, 'line-opacity': 0.7 },
    },
    {
      id: 'draft-corners-line',
      type: 'line',
      source: SOURCE,
      filter: those('corners'),
      layout: ROUND,
      paint: { 'line-color': token('--map-sel'), 'line-width': 3 },
    },
  ];
}

/** @param {MapState} state @returns {LayerSpec[]} */
export function draftPoints({ draft }) {
  if (!draft) return [];
  return [
    {
      id: 'draft-moved',
      type: 'circle',
      source: SOURCE,
      filter: those('moved'),
      paint: {
        'circle-radius': byZoom(13, 4, 15, 5.5, 17, 8),
        'circle-color': token('--map-move'),
        'circle-stroke-color': token('--map-house-ring'),
        'circle-stroke-width': 1.8,
      },
    },
    {
      id: 'draft-corner',
      type: 'circle',
      source: SOURCE,
      filter: those('corner'),
      paint: {
        'circle-radius': 6,
        'circle-color': token('--map-house-ring'),
        'circle-stroke-color': token('--map-sel'),
        'circle-stroke-width': 2.6,
      },
    },
    {
      id: 'draft-node',
      type: 'circle',
      source: SOURCE,
      filter: those('node'),
      paint: {
        'circle-radius': 9,
        'circle-color': token('--map-sel'),
        'circle-stroke-color': token('--map-house-ring'),
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'draft-pin',
      type: 'circle',
      source: SOURCE,
      filter: those('pin'),
      paint: {
        'circle-radius': 9,
        'circle-color': token('--bad'),
        'circle-stroke-color': token('--map-house-ring'),
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'draft-name',
      type: 'symbol',
      source: SOURCE,
      filter: those('name'),
      layout: {
        'text-field': ['get', 'text'],
        'text-font': BOLD,
        'text-size': byZoom(13, 12, 16, 15),
        'text-line-height': 1.3,
      },
      paint: { 'text-color': token('--map-label-2'), ...halo() },
    },
  ];
}

/** @param {string} type @param {any} coordinates @param {Record<string, any>} properties */
const feature = (type, coordinates, properties) => ({
  type: /** @type {const} */ ('Feature'),
  properties,
  geometry: { type, coordinates },
});

/** @param {DraftGrid} grid @param {string | null} chosen */
const gridFeatures = ({ code, geometry, label, counts }, chosen) => [
  {
    type: /** @type {const} */ ('Feature'),
    properties: { t: 'grid', code, chosen: code === chosen },
    geometry,
  },
  feature('Point', label, { t: 'name', text: nameOf(code, counts?.households ?? null) }),
];

/** @param {string} code @param {number | null} households */
function nameOf(code, households) {
  const name = t('gridNumber', { number: Number(code.slice(12)) });
  return households === null ? name : `${name}\n${t('householdsCount', { n: number(households) })}`;
}

/** @param {MapState} state @returns {Record<string, any>} */
export function draftSource({ draft }) {
  if (!draft) return {};
  const { grids, before, faults, moved, chosen, corners, trace, node, pin } = draft;
  const features = [
    ...grids.flatMap((grid) => gridFeatures(grid, chosen)),
    ...before.map((geometry) => ({
      type: /** @type {const} */ ('Feature'),
      properties: { t: 'before' },
      geometry,
    })),
    ...faults
      .filter(({ geometry }) => geometry)
      .map(({ kind, geometry }) => ({
        type: /** @type {const} */ ('Feature'),
        properties: { t: 'fault', kind },
        geometry,
      })),
    ...moved.map((at) => feature('Point', at, { t: 'moved' })),
    ...corners.flat().map((at) => feature('Point', at, { t: 'corner' })),
    ...corners
      .filter((line) => line.length > 1)
      .map((line) => feature('LineString', line, { t: 'corners' })),
    ...(trace.length > 1 ? [feature('LineString', trace, { t: 'trace' })] : []),
    ...(node ? [feature('Point', node, { t: 'node' })] : []),
    ...(pin ? [feature('Point', pin, { t: 'pin' })] : []),
  ];
  return {
    [SOURCE]: {
      type: /** @type {const} */ ('geojson'),
      data: /** @type {any} */ ({ type: 'FeatureCollection', features }),
    },
  };
}

const SIZE = 16;

/** Hatches of defects, drawn once: rising, falling, other. @param {string} id */
export function drawHatch(id) {
  const pen = new OffscreenCanvas(SIZE, SIZE).getContext('2d');
  if (!pen) return { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  const name = { 'hatch-rising': '--map-gap', 'hatch-falling': '--map-overlap' }[id];
  pen.strokeStyle = token(name ?? '--map-outside');
  pen.lineWidth = 2.4;
  const rises = id !== 'hatch-falling';
  for (const shift of [-SIZE, 0, SIZE]) {
    pen.moveTo(shift, rises ? SIZE : 0);
    pen.lineTo(shift + SIZE, rises ? 0 : SIZE);
  }
  pen.stroke();
  return { width: SIZE, height: SIZE, data: pen.getImageData(0, 0, SIZE, SIZE).data };
}
