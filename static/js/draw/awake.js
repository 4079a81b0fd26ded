// The screen of a phone stays on while one walks: a page in the dark is told no places.

export class Awake {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  #wanted = false;

  /** Asks for it; a phone that saves its battery may say no, and the walk goes on. */
  async begin() {
    this.#wanted = true;
    try {
      const lock = await navigator.wakeLock?.request('screen');
      if (this.#wanted) this.#lock = lock ?? null;
      else lock?.release();
    } catch {
      // not granted
    }
  }

  end() {
    this.#wanted = false;
    this.#lock?.release();
    this.#lock = null;
  }
}
