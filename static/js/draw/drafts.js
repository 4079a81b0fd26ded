// A village as it is read when one comes to draw: what is in force, and its drafts.
import { get } from '../api.js';
import { signedIn } from '../session.js';

/** @typedef {import('../contract').Boundaries} Boundaries */
/** @typedef {import('../contract').BoundaryVersion} BoundaryVersion */

/** Which draft is opened first: what waits for one's word, one's own, else the latest. @param {BoundaryVersion[]} drafts @param {{draw: boolean, approve: boolean}} may @returns {BoundaryVersion | null} */
export function firstOf(drafts, may) {
  const waits = may.approve && drafts.find(({ state }) => state === 'submitted');
  const own = may.draw && drafts.find(({ author }) => author === signedIn()?.name);
  return waits || own || drafts[0] || null;
}

/** Reads a village and its drafts. @param {string} village */
export async function readVillage(village) {
  /** @type {[Boundaries, {drafts: BoundaryVersion[]}]} */
  const [inForce, { drafts }] = await Promise.all([
    get(`/boundaries/${village}`),
    get(`/boundaries/${village}/drafts`),
  ]);
  return { inForce, drafts };
}
