// What may fail is said in the panel, and nothing is lost by it.
import { Problem } from '../api.js';
import { askDrafts } from '../waiting.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** Does something that may fail, and says so in the panel. @param {Workshop} shop @param {() => Promise<unknown>} act */
export async function carefully(shop, act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    shop.problem = error;
    shop.show();
  }
}

/** Does what a button is for; until it is done, pressing any such button does nothing. @param {Workshop} shop @param {string} what @param {() => Promise<unknown>} act */
export async function once(shop, what, act) {
  if (shop.underway) return;
  shop.underway = what;
  shop.hush();
  shop.tell();
  const before = shop.desk?.draft?.state;
  try {
    await carefully(shop, act);
  } finally {
    shop.underway = null;
    shop.tell();
    // handed in, sent back, approved or thrown away
    if (shop.desk?.draft?.state !== before) askDrafts();
  }
}
