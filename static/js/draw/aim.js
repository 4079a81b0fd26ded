// Which place is meant by one on the screen: what is near a node is meant to be on it.
import { byId } from '../dom.js';
import { ringsOf } from './acts.js';
import { metresBetween } from './corners.js';

/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Geometry} Geometry */

/** What is drawn on screen goes to a node or an edge that is so many pixels away. */
const SNAP_PX = 12;
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

/** The node of some grids that is meant by a place. @param {any} map @param {Lonlat} at @param {{geometry: Geometry}[]} grids @returns {Lonlat | null} */
export function nodeMeant(map, at, grids) {
  let [best, least] = [/** @type {Lonlat | null} */ (null), metres(map, NODE_PX)];
  for (const node of grids.flatMap(({ geometry }) => ringsOf(geometry).flat())) {
    const away = metresBetween(at, node);
    if (away <= least) [best, least] = [node, away];
  }
  return best;
}
