// A word at the cross while a corner set there would be one that is there already.
import { byId, fill, h } from '../dom.js';
import { t } from '../words.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

export class SnapChip {
  #chip = h('span', { class: 'snapchip', hidden: true }, t('onCorner'));
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
      const off = !this.shop.underCross().onNode;
      if (this.#chip.hidden !== off) this.#chip.hidden = off;
    });
  };

  stop() {
    cancelAnimationFrame(this.#asked);
    this.shop.view.map.off('move', this.look);
    this.#chip.remove();
  }
}
