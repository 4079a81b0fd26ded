// Which grid a place lies in, and which a line goes through.
import { ringsOf } from './acts.js';

/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Geometry} Geometry */
/** @typedef {{code: string, geometry: Geometry}} Grid */

/** So many places are looked at on each stretch of a line. */
const STEPS = 24;

/** Whether a place lies in an area, by the ray to the east. @param {Lonlat} at @param {Geometry} area */
export function isInside([lon, lat], area) {
  let inside = false;
  for (const ring of ringsOf(area))
    for (let i = 1; i < ring.length; i++) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1)
        inside = !inside;
    }
  return inside;
}

/** @param {Lonlat} at @param {Grid[]} grids @returns {string | null} */
export const gridAt = (at, grids) =>
  grids.find(({ geometry }) => isInside(at, geometry))?.code ?? null;

/**
 * The grid that a line goes through from side to side: the chosen one if it is one of them, else
 * the one in which most of it lies.
 * @param {Lonlat[]} corners @param {Grid[]} grids @param {string | null} chosen @returns {string | null}
 */
export function crossedBy(corners, grids, chosen) {
  const hits = along(corners).map((at) => gridAt(at, grids));
  const ends = [hits[0], hits.at(-1)];
  const met = [...new Set(hits)].filter((code) => code !== null);
  const through = met.filter((code) => !ends.includes(code));
  const those = through.length ? through : met;
  if (chosen && those.includes(chosen)) return chosen;
  const share = (/** @type {string} */ code) => hits.filter((hit) => hit === code).length;
  return those.sort((a, b) => share(b) - share(a))[0] ?? null;
}

/** Places along a line, its corners among them. @param {Lonlat[]} corners @returns {Lonlat[]} */
function along(corners) {
  const steps = corners.slice(1).flatMap((to, i) => {
    const from = corners[i];
    return Array.from({ length: STEPS }, (_, k) => {
      const part = k / STEPS;
      return /** @type {Lonlat} */ ([
        from[0] + (to[0] - from[0]) * part,
        from[1] + (to[1] - from[1]) * part,
      ]);
    });
  });
  return [...steps, corners[corners.length - 1]];
}
