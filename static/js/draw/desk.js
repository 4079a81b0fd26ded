// The draft of one village: its acts, undo and redo, the live answer, and keeping it.
//
// All acts are sent with each stroke, and the answer is that of the server; so a page that was
// closed, or a network that was away, loses nothing: acts are kept in this browser until they
// are in force.
import { get, Problem, send } from '../api.js';
import { sameActs } from './acts.js';
import { readBeneath } from './beneath.js';
import { firstOf } from './drafts.js';
import { forget, remember, remembered } from './memory.js';
import { Strokes } from './strokes.js';

/** @typedef {import('../contract').Act} Act */
/** @typedef {import('../contract').Boundaries} Boundaries */
/** @typedef {import('../contract').Tried} Tried */
/** @typedef {import('../contract').BoundaryVersion} BoundaryVersion */
/** @typedef {{zh: string, en: string, at?: import('../contract').Lonlat, grid?: string, code?: string}} Refusal */
/** @typedef {import('./memory.js').Memory} Memory */
/** @typedef {{draft: BoundaryVersion, grids: import('../contract').Geometry[]}} Rival */

/** So long after no answer came it is asked again. */
const AGAIN_MS = 5000;

export class Desk {
  #strokes = new Strokes();
  #turn = 0;
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
  /** @type {BoundaryVersion[]} what is drafted in the village, as far as it is known */
  drafts = [];
  /** @type {BoundaryVersion | null} */
  draft = null;
  /** @type {Rival | null} what somebody else kept of this draft meanwhile */
  rival = null;
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
    return this.#strokes.standing;
  }
  get canUndo() {
    return this.#strokes.at > 0 && !this.readOnly;
  }
  get canRedo() {
    return this.#strokes.canRedo && !this.readOnly;
  }
  /** What is submitted waits, and what is approved is done: neither is drawn on. */
  get readOnly() {
    return ['submitted', 'approved'].includes(this.draft?.state ?? '') || !this.inForce.may.draw;
  }
  /** The grids that what is drawn is held against. */
  get before() {
    if (this.rival) return this.rival.grids;
    if (this.beneath) return this.beneath.was;
    return this.#strokes.at > 0 ? this.inForce.grids.map(({ geometry }) => geometry) : [];
  }
  get grids() {
    return this.now?.grids ?? this.inForce.grids;
  }

  /** @param {string} code */
  grid(code) {
    return this.grids.find((one) => one.code === code);
  }

  /** Goes on where this browser, or the server, left off. @param {BoundaryVersion[]} drafts */
  async begin(drafts) {
    this.drafts = drafts;
    const memory = this.inForce.may.draw ? remembered(this.village) : null;
    if (memory && (memory.at > 0 || memory.draft)) this.#recall(memory);
    else this.#hold(firstOf(drafts, this.inForce.may));
    await this.ask();
  }

  /** Takes up what was not kept: its draft may be gone, handed in or another's work by now. @param {Memory} memory */
  #recall(memory) {
    const there = this.drafts.find(({ id }) => id === memory.draft?.id) ?? null;
    this.draft = there?.state === 'submitted' ? null : there;
    this.#strokes.take(memory.acts, memory.at);
    this.base = memory.base;
    this.kept = false;
    if (this.draft && memory.draft && this.draft.revision !== memory.draft.revision) {
      this.draft = { ...this.draft, revision: memory.draft.revision };
      this.#lookAtRival();
    }
  }

  /** Opens a draft as it was kept, or a new one. @param {BoundaryVersion | null} draft */
  #hold(draft) {
    this.draft = draft;
    this.rival = null;
    this.overtaken = null;
    this.beneath = null;
    this.refused = null;
    this.kept = true;
    this.#strokes.take(draft?.acts ?? []);
    this.base = draft?.base ?? this.now?.number ?? this.inForce.number;
  }

  /** Whether nothing would be lost by going to another draft. */
  get canLeave() {
    return this.kept || (!this.draft && this.#strokes.at === 0);
  }

  /** Goes to another draft as it is by now, or begins one. @param {BoundaryVersion | null} draft */
  async open(draft) {
    if (!this.canLeave) return;
    const now = draft && (await get(`/boundaries/${this.village}/drafts/${draft.id}`));
    if (now) this.#note(now);
    this.#hold(now);
    this.#remember();
    await this.ask();
  }

  /** Puts what somebody else kept in place of one's own. */
  async takeTheirs() {
    if (!this.rival) return;
    const { draft } = this.rival;
    this.#note(draft);
    this.#hold(draft.state === 'approved' ? null : draft);
    this.#remember();
    await this.ask();
  }

  /** Keeps one's own as a draft beside theirs. */
  async keepBeside() {
    const { rival, draft } = this;
    this.rival = null;
    this.draft = null;
    try {
      await this.keep();
      if (rival) this.#note(rival.draft);
    } catch (error) {
      Object.assign(this, { rival, draft });
      throw error;
    }
  }

  /** @param {BoundaryVersion} draft */
  #note(draft) {
    this.drafts = [draft, ...this.drafts.filter(({ id }) => id !== draft.id)];
  }

  /** @param {Act} act @param {{instead?: boolean}} [how] whether in place of the last @returns {Promise<boolean>} whether it stands */
  async do(act, { instead = false } = {}) {
    const mine = this.#strokes.add(act, instead);
    await this.#drawn();
    return this.#strokes.at >= mine;
  }

  /** Makes what the last act cut out a dedicated grid (专属网格), under the code it was given. */
  dedicate() {
    const last = this.acts.at(-1);
    const [code] = last?.codes ?? [];
    if (!last || !code) return;
    this.#strokes.amend({ ...last, kinds: { [code]: 'dedicated' } });
    this.#remember();
  }

  async undo() {
    if (!this.canUndo) return;
    this.#strokes.undo();
    await this.#drawn();
  }

  async redo() {
    if (!this.canRedo) return;
    this.#strokes.redo();
    await this.#drawn();
  }

  async #drawn() {
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
    this.#strokes.settle(found.acts, found.refused !== null);
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
    if ([400, 413, 422].includes(problem.status) && this.#strokes.at > 0) {
      // a shape that cannot be read, or is too much to send: taken off, and said
      this.#strokes.dropLast();
      this.refused = { zh: problem.message, en: problem.message, at: problem.at };
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
    const mine = this.#strokes.turns;
    const path = `/boundaries/${this.village}/drafts`;
    const body = { acts: this.acts, base: this.overtaken ?? this.base };
    const { draft } = this;
    const sent = draft
      ? send('PUT', `${path}/${draft.id}`, { ...body, revision: draft.revision })
      : send('POST', path, body);
    try {
      this.#own(await this.#carefully(sent));
    } catch (error) {
      const isOwn = this.draft && this.draft !== draft && !this.rival;
      if (!isOwn) throw error;
    }
    this.base = this.draft?.base ?? this.base;
    this.#standOn(this.base);
    this.kept = mine === this.#strokes.turns;
    this.#remember();
    this.changed();
  }

  async submit() {
    const mine = this.#strokes.turns;
    await this.keep();
    if (!this.kept) return; // something was drawn meanwhile
    if (this.readOnly) return; // it had been handed in, and the answer was lost
    const handedIn = await this.#step('submission');
    if (mine !== this.#strokes.turns) {
      // what was drawn on the way is no part of it, and there is nothing to draw on
      this.#hold(handedIn);
      await this.ask();
    }
    forget(this.village);
  }

  withdraw = () => this.#step('withdrawal');

  /** @param {string} remark @param {import('../contract').Lonlat | null} place */
  sendBack = (remark, place) => this.#step('return', { remark, place });

  /** @param {string | null} effective @returns {Promise<import('../contract').Approved>} */
  approve = (effective) => this.#step('approval', { effective });

  /** @param {string} step @param {object} [more] */
  async #step(step, more = {}) {
    const draft = /** @type {BoundaryVersion} */ (this.draft);
    const done = await this.#carefully(
      send('POST', `/boundaries/${this.village}/drafts/${draft.id}/${step}`, {
        revision: draft.revision,
        ...more,
      }),
    );
    this.draft = done;
    this.#note(done);
    this.changed();
    return done;
  }

  /** Where somebody else was first, shows what they did before it is said. @template T @param {Promise<T>} sent @returns {Promise<T>} */
  async #carefully(sent) {
    try {
      return await sent;
    } catch (error) {
      if (error instanceof Problem && [404, 409].includes(error.status)) {
        await this.#lookAtRival();
        await this.ask();
      }
      throw error;
    }
  }

  /** Reads what was kept of this draft elsewhere, if it is another by now: by somebody else, or from here with an answer that was lost on the way. */
  async #lookAtRival() {
    const mine = this.draft;
    if (!mine) return;
    try {
      const theirs = await get(`/boundaries/${this.village}/drafts/${mine.id}`);
      if (this.draft !== mine || theirs.revision === mine.revision || this.#stopped) return;
      if (theirs.state !== 'approved' && sameActs(theirs.try.acts, this.acts)) {
        this.#own(theirs);
        this.kept = true;
        this.#remember();
      } else {
        const grids = theirs.try.grids.map((/** @type {any} */ { geometry }) => geometry);
        this.rival = { draft: theirs, grids };
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404 || this.draft !== mine) return;
      // thrown away: what is drawn here stands alone
      this.drafts = this.drafts.filter(({ id }) => id !== mine.id);
      this.draft = null;
      this.rival = null;
      this.kept = false;
      this.#remember();
    }
    this.changed();
  }

  /** Goes on with a draft that holds what is drawn here. @param {BoundaryVersion} draft */
  #own(draft) {
    this.#note(draft);
    this.draft = draft;
    this.rival = null;
  }

  /** Throws the draft away. */
  async drop() {
    if (this.draft) {
      const { id, revision } = this.draft;
      const path = `/boundaries/${this.village}/drafts/${id}?revision=${revision}`;
      await this.#carefully(send('DELETE', path));
    }
    this.drafts = this.drafts.filter(({ id }) => id !== this.draft?.id);
    this.#hold(null);
    forget(this.village);
    await this.ask();
  }

  #remember() {
    if (this.kept || this.readOnly) return forget(this.village);
    remember(this.village, {
      acts: this.#strokes.all,
      at: this.#strokes.at,
      base: this.base,
      draft: this.draft && { id: this.draft.id, revision: this.draft.revision },
    });
  }
}
