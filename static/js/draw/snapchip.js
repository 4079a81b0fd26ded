// A word at the cross while a corner set there would be one that is there already, or lie on an edge.
import { byId, fill, h } from '../dom.js';
import { t } from '../words.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

export class SnapChip {
  #chip = h('span', { class: 'snapchip', hidden: true });
  #asked = 0;

  /** @param {Workshop} shop */
  constructor(shop) {
    this.shop = shop;
    fill(byId('cross'), this.#chip);
    shop.view.map.on('move', this.look);
  }

  /** Looks once a frame at most, and touches the page only where the answer is another. */
  look = () => {
    if (byId('cross').hidden || this.shop.desk?.readOnly || this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      const { on } = this.shop.underCross();
      const word = on ? t(on === 'node' ? 'onCorner' : 'onEdge') : '';
      if (this.#chip.textContent === word) return;
      this.#chip.textContent = word;
      this.#chip.hidden = !word;
    });
  };

  stop() {
    cancelAnimationFrame(this.#asked);
    this.shop.view.map.off('move', this.look);
    this.#chip.remove();
  }
}
