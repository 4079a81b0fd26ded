// How far a geometry reaches, and the point to look at.

/** @typedef {import('../contract').Geometry} Geometry */
/** @typedef {import('../contract').Bounds} Bounds */
/** @typedef {import('../contract').Lonlat} Lonlat */

/** @param {Geometry | null} geometry @returns {Bounds | undefined} */
export function boundsOf(geometry) {
  if (!geometry) return undefined;
  const numbers = /** @type {any[]} */ (geometry.coordinates).flat(9).map(Number);
  const lons = numbers.filter((_, i) => i % 2 === 0);
  const lats = numbers.filter((_, i) => i % 2 === 1);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** @param {Geometry | null} geometry @returns {Lonlat | undefined} */
export function middleOf(geometry) {
  const bounds = boundsOf(geometry);
  if (!bounds) return undefined;
  const [w, s, e, n] = bounds;
  return [(w + e) / 2, (s + n) / 2];
}
