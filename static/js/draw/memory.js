// What was drawn and is not kept yet stands in this browser, one drawing a person and village.
import { signedIn } from '../session.js';

/** @typedef {import('../contract').Act} Act */
/** @typedef {{acts: Act[], at: number, base: number, draft: {id: string, revision: number} | null}} Memory */

/** @typedef {import('./corners.js').Corner} Corner */
/** @typedef {{list: Corner[], trace: [number, number, number][], use: 'shape' | 'split'}} Walk corners that were set one by one, and the way between */

/** @param {string} village */
const nameOf = (village) => `draw:${signedIn()?.account ?? ''}:${village}`;

/** @param {string} village */
const walkOf = (village) => `${nameOf(village)}:corners`;

/** @param {string} name @param {unknown} what */
function write(name, what) {
  try {
    localStorage.setItem(name, JSON.stringify(what));
  } catch {
    // no room, or storage is off: it is still there as long as the page is
  }
}

/** @param {string} name */
function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // where storage is off nothing is kept
  }
}

/** @param {string} name */
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {string} village @param {Memory} memory */
export const remember = (village, memory) => write(nameOf(village), memory);

/** @param {string} village */
export const forget = (village) => remove(nameOf(village));

/** @param {string} village @returns {Memory | null} */
export const remembered = (village) => read(nameOf(village));

/** @param {string} village @param {Walk} walk */
export function rememberWalk(village, walk) {
  if (walk.list.length || walk.trace.length) write(walkOf(village), walk);
  else remove(walkOf(village));
}

/** @param {string} village @returns {Walk | null} */
export const rememberedWalk = (village) => read(walkOf(village));
