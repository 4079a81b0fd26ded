// Which place is meant by one on the screen: what is near a node or an edge is meant to be on it.
import { byId } from '../dom.js';
import { metresBetween, scaleAt } from './corners.js';

/** @typedef {import('../contract').Lonlat} Lonlat */

/** What is drawn on screen goes to a node or an edge that is so many pixels away. */
const SNAP_PX = 12;
/** A thumb is less exact, and what it is after is a node. */
const NODE_PX = 22;
/** So far away nothing is meant, however small the map is. */
const MOST_M = 50;

/** @param {any} map @param {number} pixels how many metres they are in the middle of the map */
function metres(map, pixels) {
  const [x, y] = [map.getCanvas().clientWidth / 2, map.getCanvas().clientHeight / 2];
  return map.unproject([x, y]).distanceTo(map.unproject([x + pixels, y]));
}

/** How near counts as on it, in metres at this zoom. @param {any} map */
export const snapMetres = (map) => Math.min(MOST_M, metres(map, SNAP_PX));

/** How near counts as on a node that a thumb is after, in metres at this zoom. @param {any} map */
export const nodeMetres = (map) => metres(map, NODE_PX);

/** The place under the cross. @param {any} map @returns {Lonlat} */
export function underCross(map) {
  const cross = byId('cross').getBoundingClientRect();
  const frame = map.getCanvas().getBoundingClientRect();
  const { lng, lat } = map.unproject([
    cross.left + cross.width / 2 - frame.left,
    cross.top + cross.height / 2 - frame.top,
  ]);
  return [lng, lat];
}

/** The node of some rings within reach of a place. @param {Lonlat} at @param {Lonlat[][]} rings @param {number} reach @param {Lonlat[]} [besides] nodes that are not meant @returns {Lonlat | null} */
export function nodeMeant(at, rings, reach, besides = []) {
  let [best, least] = [/** @type {Lonlat | null} */ (null), reach];
  for (const ring of rings)
    for (const node of ring) {
      const away = metresBetween(at, node);
      if (away <= least && !hasOneAt(besides, node)) [best, least] = [node, away];
    }
  return best;
}

/** The place on an edge of some rings within reach of a place. @param {Lonlat} at @param {Lonlat[][]} rings closed @param {number} reach @param {Lonlat[]} [besides] nodes whose edges are not meant @returns {Lonlat | null} */
export function edgeMeant(at, rings, reach, besides = []) {
  let [best, least] = [/** @type {Lonlat | null} */ (null), reach];
  for (const ring of rings)
    for (let i = 1; i < ring.length; i++) {
      const on = nearestOn(ring[i - 1], ring[i], at);
      const away = metresBetween(at, on);
      if (away > least) continue;
      if (hasOneAt(besides, ring[i - 1]) || hasOneAt(besides, ring[i])) continue;
      [best, least] = [on, away];
    }
  return best;
}

/** @param {Lonlat[]} nodes @param {Lonlat} at */
const hasOneAt = (nodes, [lon, lat]) => nodes.some((one) => one[0] === lon && one[1] === lat);

/** @param {Lonlat} from @param {Lonlat} to @param {Lonlat} at @returns {Lonlat} */
function nearestOn(from, to, at) {
  const [east, north] = scaleAt(at[1]);
  const [dx, dy] = [(to[0] - from[0]) * east, (to[1] - from[1]) * north];
  const [x, y] = [(at[0] - from[0]) * east, (at[1] - from[1]) * north];
  const part = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1)));
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
