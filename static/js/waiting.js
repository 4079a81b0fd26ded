// How much waits for whoever is signed in, on the rail: rows of the lists, and drafts of boundaries.
import { get, Problem } from './api.js';
import { model } from './model.js';
import { may } from './session.js';
import { drawWaiting } from './shell.js';

/** @typedef {import('./contract').BoundaryVersion} BoundaryVersion */

/** Tells how many rows of the lists wait. */
export function tellRows() {
  const counts = model.town?.counts;
  if (!counts) return drawWaiting('worklist', 0);
  const { unplaced, unassigned, contradictions, doubles } = counts;
  drawWaiting('worklist', unplaced + unassigned + contradictions + doubles);
}

/** Tells how many drafts wait, of all that are theirs to draw or to approve. @param {BoundaryVersion[]} drafts */
export function tellDrafts(drafts) {
  // whoever draws one village and approves another is told of what they approve
  const waits = may('approve') ? 'submitted' : 'returned';
  drawWaiting('draw', drafts.filter(({ state }) => state === waits).length);
}

let turn = 0;

/** Asks for the drafts, where any may be theirs; without an answer the rail stays as it is. */
export async function askDrafts() {
  if (!may('draw') && !may('approve')) return;
  turn += 1;
  const mine = turn;
  try {
    const { drafts } = await get('/boundary-drafts');
    if (mine === turn) tellDrafts(drafts);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
