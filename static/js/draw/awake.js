// The screen of a phone stays on while one walks: a page in the dark is told no places.

export class Awake {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  #wanted = false;

  /** Asks for it; a phone that saves its battery may say no, and the walk goes on. */
  begin() {
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#ask);
    return this.#ask();
  }

  end() {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#ask);
    this.#lock?.release();
    this.#lock = null;
  }

  /** A page that was out of sight has lost it. */
  #ask = async () => {
    if (document.visibilityState !== 'visible') return;
    try {
      const lock = (await navigator.wakeLock?.request('screen')) ?? null;
      if (this.#wanted) this.#lock?.release();
      else lock?.release();
      this.#lock = this.#wanted ? lock : null;
    } catch {
      // not granted
    }
  };
}
