// What happens on the map, seen before the pens see it: two fingers move the map and never draw.

export class Fingers {
  /** Whether more than one finger is down, or was since the map was last let go. */
  many = false;
  /** Whether the last that happened is that a pointer was lifted. */
  lifted = false;
  /** Whether a pointer is down. */
  down = false;
  #end = new AbortController();

  /**
   * @param {HTMLElement} box around the canvas
   * @param {{draws: () => boolean, gone: () => void, up: () => void}} calls whether a finger that is lifted draws, the end of several fingers, and of a stroke
   */
  constructor(box, { draws, gone, up }) {
    const listen = (/** @type {string} */ name, /** @type {(e: any) => void} */ call) =>
      box.addEventListener(name, call, {
        capture: true,
        passive: false,
        signal: this.#end.signal,
      });
    const fewer = (/** @type {TouchEvent} */ e) => {
      if (!this.many || e.touches.length) return;
      this.many = false;
      gone();
    };
    // the pens hear of the end of a stroke after this, and what comes of it is known then
    const ended = () => {
      this.down = false;
      setTimeout(up);
    };
    listen('pointerdown', () => {
      this.down = true;
    });
    addEventListener('pointerup', ended, { signal: this.#end.signal });
    addEventListener('pointercancel', ended, { signal: this.#end.signal });
    listen('touchstart', (e) => {
      this.many ||= e.touches.length > 1;
    });
    // what begins as a drag of a corner may become a pinch, and is never the browser's
    listen('touchmove', (e) => e.cancelable && e.preventDefault());
    listen('touchend', fewer);
    listen('touchcancel', fewer);
    listen('pointermove', (e) => {
      this.lifted = false;
      if (this.many) e.stopPropagation();
    });
    listen('pointerup', (e) => {
      this.lifted = true;
      if (this.many && draws()) e.stopPropagation();
    });
  }

  stop() {
    this.#end.abort();
  }
}
