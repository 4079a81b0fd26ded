// What lies in a piece while it is being drawn, before anybody has it.
import { Problem, send } from '../api.js';

/** @typedef {import('../contract').Geometry} Geometry */
/** @typedef {import('../contract').Piece} Found */
/** @typedef {import('./desk.js').Desk} Desk */

export class Piece {
  /** @type {Found | null} what lies in it, as far as it is known */
  found = null;
  /** @type {string | null} what was asked last */
  #asked = null;

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /** Looks into a piece that is drawn on top of a draft, unless it did; the newest question counts. @param {Desk} desk @param {Geometry | null} shape @param {number} reach */
  async look(desk, shape, reach) {
    const body = { acts: desk.acts, shape, reach_m: reach };
    const asked = shape && JSON.stringify(body);
    if (asked === this.#asked) return;
    this.#asked = asked;
    const found = asked ? await this.#read(desk.village, body) : null;
    if (asked !== this.#asked || found === this.found) return;
    this.found = found;
    this.changed();
  }

  /** What crosses itself by now, or is out of reach, holds nothing that is known. @param {string} village @param {object} body @returns {Promise<Found | null>} */
  async #read(village, body) {
    try {
      return await send('POST', `/boundaries/${village}/pieces`, body);
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }
}
