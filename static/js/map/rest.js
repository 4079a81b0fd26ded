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
    // what the map has of its own hides what all maps have
    Reflect.deleteProperty(this.map, 'triggerRepaint');
    if (this.#wanted) this.map.triggerRepaint();
    this.#wanted = false;
  };
}
