// What changed beneath a draft: the grids it was drawn on, and those that are in force by now.
import { get } from '../api.js';
import { ringsOf } from './acts.js';

/** @typedef {import('../contract').Boundaries} Boundaries */
/** @typedef {import('../contract').Geometry} Geometry */
/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {{code: string, name: string}} Named */
/**
 * @typedef {{
 *   inForce: Boundaries,
 *   was: Geometry[],
 *   changed: Named[],
 *   come: Named[],
 *   gone: Named[],
 * }} Beneath
 */

/** An edge that lies nearer to another than this, some millimetres, is the same. */
const SAME_DEG = 5e-8;

/** @param {Lonlat} at @param {Lonlat} from @param {Lonlat} to */
function awayFrom([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = dx || dy ? ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy) : 0;
  const part = Math.max(0, Math.min(1, along));
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}

/** Whether all corners of one area lie on the edge of another. @param {Geometry} one @param {Geometry} other */
const liesOn = (one, other) =>
  ringsOf(one)
    .flat()
    .every((at) =>
      ringsOf(other).some((ring) =>
        ring.some((to, i) => i > 0 && awayFrom(at, ring[i - 1], to) < SAME_DEG),
      ),
    );

/** A corner that only a neighbour needs changes nothing. @param {Geometry} one @param {Geometry} other */
const isSame = (one, other) => liesOn(one, other) && liesOn(other, one);

/** Reads both versions of a village, and says which grids differ. @param {string} village @param {number} base @returns {Promise<Beneath>} */
export async function readBeneath(village, base) {
  /** @type {[Boundaries, {parts: Record<string, Geometry>, names: Record<string, string>}]} */
  const [inForce, { parts, names }] = await Promise.all([
    get(`/boundaries/${village}`),
    get(`/boundaries/${village}/versions/${base}/act`),
  ]);
  const now = new Map(inForce.grids.map((grid) => [grid.code, grid]));
  const then = Object.keys(parts).map((code) => ({ code, name: names[code] ?? code }));
  return {
    inForce,
    was: Object.values(parts),
    changed: then.filter(({ code }) => {
      const grid = now.get(code);
      return grid && !isSame(parts[code], grid.geometry);
    }),
    come: inForce.grids.filter(({ code }) => !parts[code]),
    gone: then.filter(({ code }) => !now.has(code)),
  };
}
