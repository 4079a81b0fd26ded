// The map rests while an answer is awaited: where no graphics card paints it, one frame takes longer than
// the server does, and the numbers would come after it.

/** @typedef {import('../../vendor/maplibre-gl/maplibre-gl.mjs').Map} MapLibre */

const AT_MOST_MS = 150;

export class Rest {
  #late = 0;
  #wanted = false;

  /** @param {MapLibre} map */
  constructor(map) {
    this.map = map;
    this.paint = map.triggerRepaint;
  }

  /** Lets no new frame begin until it is over, or has been too long. */
  begin() {
    clearTimeout(this.#late);
    this.#late = setTimeout(this.end, AT_MOST_MS);
    this.map.triggerRepaint = () => {
      this.#wanted = true;
    };
  }

  end = () => {
    clearTimeout(this.#late);
    this.map.triggerRepaint = this.paint;
    if (this.#wanted) this.map.triggerRepaint();
    this.#wanted = false;
  };
}
