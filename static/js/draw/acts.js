// Acts as the server takes them, from what was done with a pen.

/** @typedef {import('../contract').Act} Act */
/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Geometry} Geometry */

/** How near a node or an edge must be to be the one that was meant: the page's digits are rounded. */
export const MEANT_M = 0.05;

/** @param {Lonlat} a @param {Lonlat} b */
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** @param {Lonlat[]} ring closed @returns {Lonlat[]} */
const open = (ring) => ring.slice(0, -1);

/** @param {Lonlat} a @param {Lonlat} b @returns {Lonlat} */
const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/**
 * The act by which one ring became the other: a node moved, added or taken away.
 * @param {Lonlat[]} before @param {Lonlat[]} after closed rings @returns {Act | null}
 */
export function actBetween(before, after) {
  const [was, is] = [open(before), open(after)];
  if (is.length === was.length) {
    const at = was.findIndex((node, i) => !same(node, is[i]));
    return at < 0 ? null : { kind: 'move', at: was[at], to: is[at], reach_m: MEANT_M };
  }
  if (is.length > was.length) {
    const at = is.findIndex((node, i) => !was[i] || !same(node, was[i]));
    const beside = middle(was[(at - 1 + was.length) % was.length], was[at % was.length]);
    return { kind: 'bend', at: beside, to: is[at], reach_m: 1 };
  }
  const at = was.findIndex((node, i) => !is[i] || !same(node, is[i]));
  return { kind: 'drop', at: was[at], reach_m: MEANT_M };
}

const DIGITS = 1e9;

/** @param {number} degrees */
const rounded = (degrees) => Math.round(degrees * DIGITS) / DIGITS;

/** A place with the digits that the pen takes. @param {Lonlat} at @returns {Lonlat} */
export const roundedAt = ([lon, lat]) => [rounded(lon), rounded(lat)];

/** The rings of a polygon or of several, outer and inner, with the digits that the pen takes. @param {Geometry} geometry @returns {Lonlat[][]} */
export function ringsOf(geometry) {
  const { type, coordinates } = /** @type {{type: string, coordinates: any}} */ (geometry);
  /** @type {Lonlat[][]} */
  const rings = type === 'Polygon' ? coordinates : coordinates.flat();
  return rings.map((ring) => ring.map(roundedAt));
}

/** @param {Lonlat[]} corners @returns {Geometry} */
export const polygonOf = (corners) => ({
  type: 'Polygon',
  coordinates: [[...corners, corners[0]]],
});

/** @param {Lonlat[]} corners @returns {Geometry} */
export const lineOf = (corners) => ({ type: 'LineString', coordinates: corners });

/** Keeps the parts of an act in one order. @param {string} _ @param {any} value @returns {unknown} */
const inOrder = (_, value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Whether the acts are the same, however they were kept. @param {Act[]} one @param {Act[]} other */
export const sameActs = (one, other) =>
  JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);
