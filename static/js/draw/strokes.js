// The acts of a draft in order, and how many of them stand: undo and redo are of whole acts.

/** @typedef {import('../contract').Act} Act */

export class Strokes {
  /** @type {Act[]} those that were undone are at the end */
  all = [];
  /** How many stand. */
  at = 0;
  /** How many times something was drawn, undone or done again here. */
  turns = 0;

  get standing() {
    return this.all.slice(0, this.at);
  }
  get canRedo() {
    return this.at < this.all.length;
  }

  /** @param {Act[]} acts @param {number} [at] */
  take(acts, at = acts.length) {
    this.all = [...acts];
    this.at = at;
  }

  /** @param {Act} act @param {boolean} instead whether in place of the last @returns {number} how many stand then */
  add(act, instead) {
    this.turns += 1;
    this.take([...(instead ? this.standing.slice(0, -1) : this.standing), act]);
    return this.at;
  }

  undo() {
    this.turns += 1;
    this.at -= 1;
  }

  redo() {
    this.turns += 1;
    this.at += 1;
  }

  /** Takes the last that stands off, and what was undone after it. */
  dropLast() {
    this.take(this.all.slice(0, this.at - 1));
  }

  /** @param {Act} act in place of the last that stands */
  amend(act) {
    this.all = this.all.with(this.at - 1, act);
  }

  /** Takes acts as the server has them now; what could not be done is off, and what came after it. @param {Act[]} done @param {boolean} refused */
  settle(done, refused) {
    this.take([...done, ...(refused ? [] : this.all.slice(this.at))], done.length);
  }
}
