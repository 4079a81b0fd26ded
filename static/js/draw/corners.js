// Corners set one by one: under the cross in the middle of a phone's map, or where one stands.
import { Awake } from './awake.js';

/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Capture} Capture */
/** @typedef {{at: Lonlat, accuracy: number | null}} Corner */

/** A place is taken when it is known to so many metres; what is worse is shown and not used. */
export const GATE_M = 15;
/** So many places in a row are averaged into a corner. */
const AVERAGED = 5;
/** While walking a corner is set by itself after so many metres. */
const STEP_M = 8;

const METRES_A_DEGREE = 111_320;

/** Metres that a degree to the east and to the north is. @param {number} lat @returns {[number, number]} */
export const scaleAt = (lat) => [
  METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180),
  METRES_A_DEGREE,
];

/** @param {Lonlat} a @param {Lonlat} b metres between two places near each other */
export function metresBetween(a, b) {
  const [east, north] = scaleAt(a[1]);
  return Math.hypot((a[0] - b[0]) * east, (a[1] - b[1]) * north);
}

/** The mean of places, each the heavier the better it is known. @param {{at: Lonlat, accuracy: number}[]} fixes @returns {{at: Lonlat, accuracy: number}} */
export function averaged(fixes) {
  const weights = fixes.map(({ accuracy }) => 1 / Math.max(accuracy, 0.5) ** 2);
  const all = weights.reduce((sum, one) => sum + one, 0);
  const mean = (/** @type {0 | 1} */ k) =>
    fixes.reduce((sum, { at }, i) => sum + at[k] * weights[i], 0) / all;
  // near places are off by much the same, so the mean is no better known than the best of them
  return { at: [mean(0), mean(1)], accuracy: Math.min(...fixes.map((one) => one.accuracy)) };
}

export class Corners {
  /** @type {Corner[]} */
  list = [];
  /** @type {[number, number, number][]} every good place of the walk */
  trace = [];
  /** @type {{at: Lonlat, accuracy: number}[]} */
  #recent = [];
  /** @type {number | null} */
  #watch = null;
  #awake = new Awake();
  /** @type {number | null} how well the last place was known */
  accuracy = null;
  /** @type {'off' | 'waiting' | 'good' | 'poor' | 'denied' | 'paused'} */
  state = 'off';

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  get places() {
    return this.list.map(({ at }) => at);
  }
  get walking() {
    return this.#watch !== null;
  }
  get walkedMetres() {
    return this.trace.reduce((sum, [lon, lat], i) => {
      const before = this.trace[i - 1];
      return before ? sum + metresBetween([before[0], before[1]], [lon, lat]) : sum;
    }, 0);
  }

  /** @param {Lonlat} at @param {number | null} [accuracy] */
  add(at, accuracy = null) {
    this.list = [...this.list, { at, accuracy }];
    this.changed();
  }

  back() {
    this.list = this.list.slice(0, -1);
    this.changed();
  }

  clear() {
    this.stop();
    this.list = [];
    this.trace = [];
    this.changed();
  }

  /** Goes on with corners and a trace that were set before. @param {{list: Corner[], trace: [number, number, number][]}} before */
  recall({ list, trace }) {
    this.list = list;
    this.trace = trace;
    if (trace.length) this.state = 'paused';
    this.changed();
  }

  /** Follows where one walks. */
  walk() {
    if (this.walking) return;
    if (!navigator.geolocation) {
      this.state = 'denied';
      this.changed();
      return;
    }
    this.state = 'waiting';
    this.#awake.begin();
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.#found([coords.longitude, coords.latitude], coords.accuracy),
      () => {
        this.state = 'denied';
        this.changed();
      },
      { enableHighAccuracy: true, maximumAge: 0 },
    );
    this.changed();
  }

  /** Follows no more, for a while; what comes then is elsewhere, and averaged with nothing from here. */
  pause() {
    this.#unwatch();
    this.state = 'paused';
    this.changed();
  }

  stop() {
    this.#unwatch();
    this.state = 'off';
  }

  #unwatch() {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    this.#recent = [];
    this.#awake.end();
  }

  /** @param {Lonlat} at @param {number} accuracy */
  #found(at, accuracy) {
    this.accuracy = accuracy;
    this.state = accuracy <= GATE_M ? 'good' : 'poor';
    if (this.state === 'good') {
      this.#recent = [...this.#recent, { at, accuracy }].slice(-AVERAGED);
      this.trace = [...this.trace, [at[0], at[1], accuracy]];
      const here = averaged(this.#recent.slice(-2));
      const last = this.list.at(-1);
      if (!last || metresBetween(last.at, here.at) >= STEP_M)
        this.list = [...this.list, { at: here.at, accuracy: here.accuracy }];
    }
    this.changed();
  }

  /** Sets a corner where one stands, from the last good places. @returns {boolean} whether there were any */
  here() {
    if (!this.#recent.length) return false;
    const { at, accuracy } = averaged(this.#recent);
    this.add(at, accuracy);
    return true;
  }

  /** How the corners were found; those set under the cross between steps of a walk have no accuracy. @returns {Capture} */
  get capture() {
    const accuracy = this.list.map((one) => one.accuracy);
    return accuracy.some((one) => one !== null)
      ? { how: 'walk', datum: 'wgs84', accuracy_m: accuracy, trace: this.trace }
      : { how: 'cross', datum: 'cgcs2000' };
  }
}
