// Values that every map layer is painted with: tokens of the page, fonts, steps by zoom.

/** @typedef {import('../../vendor/maplibre-gl/maplibre-gl.mjs').LayerSpecification} LayerSpec */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {any} Expression */

/** @param {string} name @returns {string} */
export const token = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A layer's colour: written out, the houses' own, or one of the page's kinds. @param {string} color */
export function kindColor(color) {
  if (color.startsWith('#')) return color;
  if (color === 'house') return token('--map-house');
  return token(`--cat-${color}`) || token('--cat-other');
}

/** The same for a stylesheet, where a token can stay a token. @param {string} color */
export function kindVar(color) {
  if (color.startsWith('#')) return color;
  return color === 'house' ? 'var(--map-house)' : `var(--cat-${color}, var(--cat-other))`;
}

// `localIdeographFontFamily: ''` makes maplibre draw each list with the device's own fonts; the
// word Bold in the first name sets the weight.
export const FONT = [
  'PingFang SC',
  'HarmonyOS Sans SC',
  'Noto Sans CJK SC',
  'Microsoft YaHei',
  'sans-serif',
];
export const BOLD = ['PingFang SC Bold', ...FONT];
export const SERIF = [
  'Songti SC Bold',
  'Songti SC',
  'Source Han Serif SC',
  'Noto Serif CJK SC',
  'STSong',
  'SimSun',
  'serif',
];

/** @param {unknown[]} stops @returns {Expression} */
export const byZoom = (...stops) => ['interpolate', ['linear'], ['zoom'], ...stops];

/** @param {unknown[]} stops @returns {Expression} */
export const growing = (...stops) => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops];

/** @param {string} family @returns {Expression} */
export const tinted = (family) => [
  'match',
  ['get', 'tint'],
  ...[0, 1, 2, 3, 4].flatMap((i) => [i, token(`--map-${family}${i}`)]),
  token(`--map-${family}5`),
];

/** @returns {{'text-halo-color': string, 'text-halo-width': number, 'text-halo-blur': number}} */
export const halo = () => ({
  'text-halo-color': token('--map-halo'),
  'text-halo-width': 1.8,
  'text-halo-blur': 0.4,
});

/** A map layer on the tiles of a collection. @param {string} id @param {string} [part] */
export const on = (id, part = id) => ({ source: `tiles-${id}`, 'source-layer': part });
