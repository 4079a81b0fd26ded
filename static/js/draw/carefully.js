// What may fail is said in the panel, and nothing is lost by it.
import { Problem } from '../api.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** Does something that may fail, and says so in the panel. @param {Workshop} shop @param {() => Promise<unknown>} act */
export async function carefully(shop, act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (shop.desk) shop.desk.problem = error;
    shop.show();
  }
}
