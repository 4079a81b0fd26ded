// Town, villages and grids: the paper, its tints and bands, the lines, the names.
import { language } from '../prefs.js';
import { BOLD, byZoom, halo, on, SERIF, tinted, token } from './paint.js';

/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./paint.js').Expression} Expression */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {import('../contract').Village} Village */

const ROUND = { 'line-join': /** @type {const} */ ('round') };

/** @returns {LayerSpec[]} */
const townGround = () => [
  {
    id: 'town-shadow',
    type: 'line',
    ...on('town'),
    layout: ROUND,
    paint: {
      'line-color': token('--map-shadow'),
      'line-width': byZoom(11, 10, 15, 26),
      'line-blur': byZoom(11, 10, 15, 26),
      'line-opacity': 0.34,
    },
  },
  {
    id: 'town-land',
    type: 'fill',
    ...on('town'),
    paint: { 'fill-color': token('--map-land'), 'fill-antialias': false },
  },
];

/** @returns {LayerSpec[]} */
const villageGround = () => [
  {
    id: 'village-land',
    type: 'fill',
    ...on('village'),
    paint: { 'fill-color': tinted('t'), 'fill-antialias': false },
  },
  {
    id: 'village-band-wide',
    type: 'line',
    ...on('village'),
    layout: ROUND,
    paint: {
      'line-color': tinted('b'),
      'line-width': byZoom(11, 5, 13, 11, 16, 20),
      'line-offset': byZoom(11, 2.5, 13, 5.5, 16, 10),
      'line-opacity': 0.2,
      'line-blur': byZoom(11, 1, 14, 3),
    },
  },
  {
    id: 'village-band',
    type: 'line',
    ...on('village'),
    layout: ROUND,
    paint: {
      'line-color': tinted('b'),
      'line-width': byZoom(11, 1.6, 13, 3, 16, 6),
      'line-offset': byZoom(11, 0.8, 13, 1.5, 16, 3),
      'line-opacity': 0.55,
    },
  },
];

/** @type {Record<string, () => LayerSpec[]>} */
const GROUND = {
  town: townGround,
  village: villageGround,
  grid: () => [
    {
      id: 'grid-hit',
      type: 'fill',
      ...on('grid'),
      paint: { 'fill-color': token('--map-land'), 'fill-opacity': 0 },
    },
  ],
};

/** @type {Record<string, [color: string, width: unknown[], opacity: Expression]>} */
const LINES = {
  grid: ['--map-grid', [11, 0.4, 13, 0.8, 15, 1.4, 17, 2], byZoom(11, 0.5, 13, 0.9)],
  village: ['--map-village', [11, 0.8, 13, 1.4, 16, 2.4], 0.85],
  town: ['--map-town', [11, 1.6, 14, 2.4, 17, 3.2], 1],
};
const OTHER_LINE = LINES.grid;

/** What lies under everything else. @param {Layer} layer @returns {LayerSpec[]} */
export const areaGround = (layer) => GROUND[layer.id]?.() ?? [];

/** @param {Layer} layer @returns {LayerSpec} */
export function areaLine(layer) {
  const [color, width, opacity] = LINES[layer.id] ?? OTHER_LINE;
  return {
    id: `${layer.id}-line`,
    type: 'line',
    ...on(layer.id),
    layout: ROUND,
    paint: { 'line-color': token(color), 'line-width': byZoom(...width), 'line-opacity': opacity },
  };
}

/** The grid's number, when its code ends in one. @returns {Expression} */
const gridNumber = () => [
  'case',
  ['==', ['length', ['get', 'code']], 15],
  ['to-string', ['to-number', ['slice', ['get', 'code'], 12], 0]],
  ['get', 'name'],
];

/** @returns {Expression} */
function gridText() {
  const english = language() === 'en';
  /** @type {Expression} */
  const name = english ? ['concat', 'Grid ', gridNumber()] : ['concat', gridNumber(), '网格'];
  const unit = english ? ' households' : ' 户';
  /** @type {Expression} */
  const under = ['case', ['has', 'households'], ['concat', '\n', ['get', 'households'], unit], ''];
  return [
    'step',
    ['zoom'],
    gridNumber(),
    14,
    name,
    15,
    [
      'format',
      ['concat', ['coalesce', ['get', 'village_name'], ''], ' ', name],
      {},
      under,
      { 'font-scale': 0.82 },
    ],
  ];
}

/** @returns {LayerSpec} */
const gridNames = () => ({
  id: 'grid-name',
  type: 'symbol',
  ...on('grid', 'grid_label'),
  minzoom: 13.2,
  layout: {
    'text-field': gridText(),
    'text-font': BOLD,
    'text-size': byZoom(13, 12, 16, 16),
    'text-padding': 4,
    'text-letter-spacing': 0.02,
    'text-line-height': 1.3,
  },
  paint: { 'text-color': token('--map-label-2'), ...halo() },
});

/** @returns {Expression} */
function villageText() {
  /** @type {Expression} */
  const short = ['coalesce', ['get', 'short_name'], ['get', 'name']];
  if (language() === 'en')
    return [
      'format',
      short,
      {},
      ['concat', '\n', ['coalesce', ['get', 'name_en'], '']],
      { 'font-scale': 0.72 },
    ];
  return [
    'step',
    ['zoom'],
    short,
    12.6,
    ['case', ['==', ['get', 'kind'], 'village'], ['get', 'name'], short],
    13.4,
    ['get', 'name'],
  ];
}

/** Rough surface in square degrees; only to put the larger names first. @param {Village} v */
const surface = ({ bounds: [w, s, e, n] }) => (e - w) * (n - s);

/** @param {Village[]} villages @returns {{size: Expression, order: Expression}} */
function bySurface(villages) {
  if (!villages.length) return { size: 16, order: 0 };
  const code = ['get', 'code'];
  const large = villages.filter((v) => surface(v) > 2.4e-4).map((v) => v.code);
  const order = [...villages].sort((a, b) => surface(b) - surface(a));
  return {
    size: large.length ? ['match', code, large, 16, 13] : 13,
    order: ['match', code, ...order.flatMap((v, i) => [v.code, i]), order.length],
  };
}

/** @param {Village[]} villages @returns {LayerSpec} */
function villageNames(villages) {
  const { size, order } = bySurface(villages);
  return {
    id: 'village-name',
    type: 'symbol',
    ...on('village', 'village_label'),
    maxzoom: 15.2,
    layout: {
      'text-field': villageText(),
      'text-font': SERIF,
      'text-size': byZoom(11, 12, 12.5, size, 15, 22),
      'text-letter-spacing': 0.12,
      'text-padding': 2,
      'symbol-sort-key': order,
      'text-variable-anchor-offset': [
        'center',
        [0, 0],
        'top',
        [0, 0.6],
        'bottom',
        [0, -0.6],
        'left',
        [0.8, 0],
        'right',
        [-0.8, 0],
      ],
      'text-max-width': 20,
    },
    paint: { 'text-color': token('--map-label'), ...halo(), 'text-halo-width': 2.2 },
  };
}

/** @param {Layer} layer @returns {LayerSpec} */
const otherNames = (layer) => ({
  id: `${layer.id}-name`,
  type: 'symbol',
  ...on(layer.id, `${layer.id}_label`),
  layout: {
    'text-field': ['coalesce', ['get', layer.style.label ?? 'name'], ''],
    'text-font': BOLD,
    'text-size': 13,
  },
  paint: { 'text-color': token('--map-label-2'), ...halo() },
});

/** @param {Layer} layer @param {Village[]} villages @returns {LayerSpec[]} */
export function areaNames(layer, villages) {
  if (layer.id === 'town') return [];
  if (layer.id === 'village') return [villageNames(villages)];
  return [layer.id === 'grid' ? gridNames() : otherNames(layer)];
}
