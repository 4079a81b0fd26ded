// The draft of one village: its acts, undo and redo, the live answer, and keeping it.
//
// All acts are sent with each stroke, and the answer is that of the server; so a page that was
// closed, or a network that was away, loses nothing: acts are kept in this browser until they
// are in force.
import { get, Problem, send } from '../api.js';
import { signedIn } from '../session.js';
import { readBeneath } from './beneath.js';

/** @typedef {import('../contract').Act} Act */
/** @typedef {import('../contract').Boundaries} Boundaries */
/** @typedef {import('../contract').Tried} Tried */
/** @typedef {import('../contract').BoundaryVersion} BoundaryVersion */
/** @typedef {{zh: string, en: string, at?: import('../contract').Lonlat, grid?: string, code?: string}} Refusal */
/** @typedef {{acts: Act[], at: number, base: number, draft: {id: string, revision: number} | null}} Memory */

/** So long after no answer came it is asked again. */
const AGAIN_MS = 5000;

export class Desk {
  /** @type {Act[]} */
  #acts = [];
  #at = 0;
  #turn = 0;
  #strokes = 0;
  #stopped = false;
  /** @type {Promise<void>} the answer to what was drawn last */
  #answer = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  /** @type {Tried | null} what the acts come to */
  now = null;
  /** @type {Refusal | null} why the last act could not be */
  refused = null;
  /** @type {Problem | null} why there is no answer to what was drawn last */
  problem = null;
  busy = false;
  /** @type {BoundaryVersion | null} */
  draft = null;
  kept = true;
  /** @type {number | null} the version that somebody else put in force meanwhile */
  overtaken = null;
  /** @type {import('./beneath.js').Beneath | null} what it changed beneath the draft */
  beneath = null;

  /** @param {Boundaries} inForce @param {{changed: () => void, asking: () => void}} calls */
  constructor(inForce, { changed, asking }) {
    this.inForce = inForce;
    this.changed = changed;
    this.asking = asking;
    this.base = inForce.number;
  }

  get village() {
    return this.inForce.village;
  }
  get acts() {
    return this.#acts.slice(0, this.#at);
  }
  get canUndo() {
    return this.#at > 0 && !this.readOnly;
  }
  get canRedo() {
    return this.#at < this.#acts.length && !this.readOnly;
  }
  /** What is submitted waits, and what is approved is done: neither is drawn on. */
  get readOnly() {
    return ['submitted', 'approved'].includes(this.draft?.state ?? '') || !this.inForce.may.draw;
  }
  /** The grids that what is drawn is held against. */
  get before() {
    if (this.beneath) return this.beneath.was;
    return this.#at > 0 ? this.inForce.grids.map(({ geometry }) => geometry) : [];
  }
  get grids() {
    return this.now?.grids ?? this.inForce.grids;
  }

  /** @param {string} code */
  grid(code) {
    return this.grids.find((one) => one.code === code);
  }

  /** Goes on where this browser, or the server, left off. @param {BoundaryVersion | null} draft */
  async begin(draft) {
    const memory = this.#remembered();
    this.draft = draft;
    if (draft) this.#take(draft.acts, draft.base);
    if (memory && this.#goesWith(memory)) {
      this.#acts = memory.acts;
      this.#at = memory.at;
      this.base = memory.base;
      this.kept = false;
    }
    await this.ask();
  }

  /** @param {Memory} memory */
  #goesWith(memory) {
    if (this.readOnly) return false;
    return (memory.draft?.id ?? null) === (this.draft?.id ?? null);
  }

  /** @param {Act[]} acts @param {number} base */
  #take(acts, base) {
    this.#acts = [...acts];
    this.#at = acts.length;
    this.base = base;
  }

  /** @param {Act} act @param {{instead?: boolean}} [how] whether in place of the last @returns {Promise<boolean>} whether it stands */
  async do(act, { instead = false } = {}) {
    this.#acts = [...(instead ? this.acts.slice(0, -1) : this.acts), act];
    const mine = this.#acts.length;
    this.#at = mine;
    await this.#drawn();
    return this.#at >= mine;
  }

  async undo() {
    if (!this.canUndo) return;
    this.#at -= 1;
    await this.#drawn();
  }

  async redo() {
    if (!this.canRedo) return;
    this.#at += 1;
    await this.#drawn();
  }

  async #drawn() {
    this.#strokes += 1;
    this.kept = false;
    this.#remember();
    await this.ask();
  }

  /** Asks what the acts come to, and waits for the answer to the last of them. */
  ask() {
    this.#answer = this.#ask();
    return this.#answer;
  }

  /** An answer that comes after a newer stroke is dropped. */
  async #ask() {
    if (this.#stopped) return;
    clearTimeout(this.#later);
    this.#turn += 1;
    const mine = this.#turn;
    this.busy = true;
    const asked = send('POST', `/boundaries/${this.village}/tries`, { acts: this.acts });
    this.asking(); // while the server is at it
    try {
      const found = await asked;
      if (mine === this.#turn) this.#answered(found);
    } catch (error) {
      if (mine !== this.#turn) return await this.#answer;
      if (!(error instanceof Problem)) throw error;
      this.#failed(error);
    } finally {
      if (mine === this.#turn) {
        this.busy = false;
        this.changed();
      }
    }
    if (mine !== this.#turn) await this.#answer;
  }

  /** @param {Tried} found */
  #answered(found) {
    this.problem = null;
    this.now = found;
    this.refused = found.refused;
    this.#standOn(found.number);
    // what could not be done is taken off; what came before it stands
    const later = found.refused ? [] : this.#acts.slice(this.#at);
    this.#acts = [...found.acts, ...later];
    this.#at = found.acts.length;
    this.#remember();
  }

  /** Notes the version that is in force; where the draft was drawn on another, what changed. @param {number} number */
  #standOn(number) {
    const before = this.overtaken;
    this.overtaken = number === this.base ? null : number;
    if (this.overtaken !== before) this.beneath = null;
    if (this.overtaken && !this.beneath) this.#lookBeneath();
  }

  async #lookBeneath() {
    const { base, overtaken } = this;
    try {
      const beneath = await readBeneath(this.village, base);
      if (overtaken !== this.overtaken || this.#stopped) return;
      this.beneath = beneath;
      this.inForce = beneath.inForce;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.#stopped) return;
      this.problem = error;
      this.#askLater();
    }
    this.changed();
  }

  /** @param {Problem} problem */
  #failed(problem) {
    if ([400, 422].includes(problem.status) && this.#at > 0) {
      // a shape that cannot be read: taken off, and said
      this.#acts = this.#acts.slice(0, this.#at - 1);
      this.#at -= 1;
      this.refused = { zh: problem.message, en: problem.message };
      this.#remember();
      return;
    }
    this.problem = problem;
    if (!problem.status || problem.status >= 500) this.#askLater();
  }

  #askLater() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.ask(), AGAIN_MS);
  }

  /** Asks no more, and hears no more. */
  stop() {
    clearTimeout(this.#later);
    this.#stopped = true;
    this.#turn += 1;
    this.#answer = Promise.resolve();
  }

  /** Keeps the draft on the server; what is drawn meanwhile is not kept yet. */
  async keep() {
    const mine = this.#strokes;
    const path = `/boundaries/${this.village}/drafts`;
    const body = { acts: this.acts };
    this.draft = this.draft
      ? await send('PUT', `${path}/${this.draft.id}`, { ...body, revision: this.draft.revision })
      : await send('POST', path, body);
    this.base = /** @type {BoundaryVersion} */ (this.draft).base;
    this.#standOn(this.base);
    this.kept = mine === this.#strokes;
    this.#remember();
    this.changed();
  }

  async submit() {
    await this.keep();
    if (!this.kept) return; // something was drawn meanwhile
    await this.#step('submission');
    this.#forget();
  }

  withdraw = () => this.#step('withdrawal');

  /** @param {string} remark @param {import('../contract').Lonlat | null} place */
  sendBack = (remark, place) => this.#step('return', { remark, place });

  /** @param {string | null} effective @returns {Promise<import('../contract').Approved>} */
  approve = (effective) => this.#step('approval', { effective });

  /** @param {string} step @param {object} [more] */
  async #step(step, more = {}) {
    const draft = /** @type {BoundaryVersion} */ (this.draft);
    const done = await send('POST', `/boundaries/${this.village}/drafts/${draft.id}/${step}`, {
      revision: draft.revision,
      ...more,
    });
    this.draft = done;
    this.changed();
    return done;
  }

  /** Throws the draft away. */
  async drop() {
    if (this.draft) {
      const { id, revision } = this.draft;
      await send('DELETE', `/boundaries/${this.village}/drafts/${id}?revision=${revision}`);
    }
    this.draft = null;
    this.#take([], this.inForce.number);
    this.#forget();
    this.kept = true;
    await this.ask();
  }

  get #name() {
    return `draw:${signedIn()?.account ?? ''}:${this.village}`;
  }

  #remember() {
    if (this.kept || this.readOnly) return this.#forget();
    /** @type {Memory} */
    const memory = {
      acts: this.#acts,
      at: this.#at,
      base: this.base,
      draft: this.draft && { id: this.draft.id, revision: this.draft.revision },
    };
    try {
      localStorage.setItem(this.#name, JSON.stringify(memory));
    } catch {
      // no room, or storage is off: the acts are still here as long as the page is
    }
  }

  #forget() {
    localStorage.removeItem(this.#name);
  }

  /** @returns {Memory | null} */
  #remembered() {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? 'null');
    } catch {
      return null;
    }
  }
}

/** Reads a village and its drafts. @param {string} village */
export async function readVillage(village) {
  /** @type {[Boundaries, {drafts: BoundaryVersion[]}]} */
  const [inForce, { drafts }] = await Promise.all([
    get(`/boundaries/${village}`),
    get(`/boundaries/${village}/drafts`),
  ]);
  return { inForce, drafts };
}
