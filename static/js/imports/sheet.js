// The import from file to map: one sheet that follows the server's state.
import { get, Problem, send, upload } from '../api.js';
import { announce, byId, h, icon } from '../dom.js';
import { number } from '../format.js';
import { faultOf, note } from '../panels/frame.js';
import { address, go, goInstead, here } from '../route.js';
import { t } from '../words.js';
import { chooseFile } from './choose.js';
import { drawLegend, hideLegend } from './legend.js';
import { Outcomes } from './outcomes.js';
import { percentOf, progressOf, sendingOf } from './progress.js';
import { fileCard, showSheet, size } from './steps.js';
import {
  columnsOf,
  fileOf,
  housesNote,
  outcomeFigures,
  refusedColumns,
  skippedSheets,
} from './summary.js';

/** @typedef {import('../contract').Import} Import */
/** @typedef {import('../contract').ImportPoints} ImportPoints */
/** @typedef {import('../dom.js').Child} Child */

/**
 * What the sheet does to the rest of the page.
 * @typedef {{
 *   showPoints: (points: ImportPoints | null) => void,
 *   written: () => Promise<void>,
 *   leave: () => void,
 *   lookAt: (points: ImportPoints) => void,
 * }} Page
 */

/** What a file holds unless one says otherwise. */
const PEOPLE = { layer: 'person', village: '', datum: '' };
const BUSY = new Set(['reading', 'committing', 'undoing']);
const POLL = 300; // ms; most registers are read in one or two seconds

/** @param {Import['counts']} counts */
const writable = (counts) => counts.added + counts.updated;

export class ImportSheet {
  #watch = 0;
  /** @type {Import | null} */
  #one = null;
  /** @type {Outcomes | null} */
  #outcomes = null;
  /** @type {ImportPoints | null} */
  #points = null;
  #said = -1;
  /** @type {import('./choose.js').Choices} */
  #choices = PEOPLE;

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {string} id empty for the first step */
  open(id) {
    byId('imports').hidden = false;
    if (id && id === this.#one?.id) return;
    this.#forget();
    if (id) this.#follow(id);
    else this.#choose(null);
  }

  close() {
    byId('imports').hidden = true;
    this.#choices = PEOPLE;
    this.#forget();
  }

  #forget() {
    this.#watch += 1;
    this.#one = null;
    this.#outcomes = null;
    this.#points = null;
    this.#said = -1;
    this.page.showPoints(null);
    hideLegend();
  }

  /** @param {{step: number, body: Child[], footer?: Child[], keepScroll?: boolean}} content */
  #show(content) {
    const inside = byId('imports').contains(document.activeElement);
    const layer = this.#one?.layer ?? this.#choices.layer;
    showSheet({ ...content, layer, close: this.page.leave });
    if (inside && document.activeElement === document.body)
      byId('it').focus({ preventScroll: true });
  }

  /** @param {unknown} error what went wrong with the file before, if anything */
  #choose(error) {
    const text = error instanceof Problem ? error.message : t('errorUnknown');
    const problem = error
      ? h('div', { class: 'sect', role: 'alert' }, this.#fault(error, text))
      : null;
    this.#show({
      step: 0,
      body: chooseFile({
        problem,
        choices: this.#choices,
        choose: (change) => {
          this.#choices = { ...this.#choices, ...change };
          if (!change.layer) return;
          this.#choose(null);
          byId('import-layer').focus();
        },
        send: (file) => this.send(file),
        undo: (id) => this.#act('undo', id),
      }),
    });
    if (error) announce(text);
  }

  /** @param {unknown} error @param {string} text */
  #fault(error, text) {
    const title = error instanceof Problem ? error.title : t('errorTitle');
    return note('warn', 'bad', h('b', { class: 'strong' }, title), h('br', null), text);
  }

  /** Chosen or dropped, a file goes with what was chosen beside it. @param {File} file */
  async send(file) {
    if (here().name !== 'import') go('import');
    this.open('');
    this.#watch += 1;
    const mine = this.#watch;
    const form = new FormData();
    form.set('file', file);
    for (const [name, value] of Object.entries(this.#choices)) if (value) form.set(name, value);
    const { answer, stop } = upload('/imports', form, (part) => {
      if (mine === this.#watch) draw(part);
    });
    const draw = (/** @type {number} */ part) =>
      this.#show({
        step: 0,
        body: sendingOf(file, part),
        footer: [h('span', { class: 'grow' }), stopButton(stop)],
      });
    draw(0);
    try {
      const one = await answer;
      if (mine === this.#watch) goInstead('import', one.id);
    } catch (error) {
      const stopped = error instanceof DOMException;
      if (mine === this.#watch) this.#choose(stopped ? null : error);
    }
  }

  /** Asks again and again until the server has finished. @param {string} id */
  async #follow(id) {
    this.#watch += 1;
    const mine = this.#watch;
    try {
      for (;;) {
        /** @type {Import} */
        const one = await get(`/imports/${encodeURIComponent(id)}`);
        if (mine !== this.#watch) return;
        await this.#draw(one);
        if (!BUSY.has(one.state)) return;
        await new Promise((resolve) => setTimeout(resolve, POLL));
        if (mine !== this.#watch) return;
      }
    } catch (error) {
      if (mine === this.#watch)
        this.#show({ step: 0, body: [faultOf(error, () => this.#follow(id))] });
    }
  }

  /** @param {Import} one */
  async #draw(one) {
    const before = this.#one?.state;
    this.#one = one;
    if (BUSY.has(one.state)) this.#drawBusy(one);
    else if (one.state === 'ready') await this.#drawReady(one);
    else if (one.state === 'failed') this.#drawFailed(one);
    else await this.#drawDone(one, before);
  }

  /** @param {Import} one */
  #drawBusy(one) {
    const reading = one.state === 'reading';
    const tenth = Math.floor(percentOf(one) / 10);
    if (tenth !== this.#said) announce(`${t(`state_${one.state}`)} ${percentOf(one)}%`);
    this.#said = tenth;
    this.#show({
      step: reading ? (one.stage === 'read' ? 0 : 1) : 3,
      body: progressOf(one),
      footer: reading
        ? [h('span', { class: 'grow' }), stopButton(() => this.#discard(one))]
        : undefined,
    });
  }

  /** @param {Import} one */
  async #drawReady(one) {
    this.#outcomes ??= new Outcomes(one, (changed) => this.#redraw(changed));
    this.#redraw(one);
    announce(t('outcomeReady', { n: number(writable(one.counts)) }));
    await this.#loadPoints(one);
  }

  /** @param {Import} one */
  #redraw(one) {
    this.#one = one;
    this.#show({
      step: 2,
      keepScroll: true,
      body: [
        h(
          'div',
          { class: 'sect' },
          fileOf(one, () => this.#discard(one)),
        ),
        h('div', { class: 'sect' }, ...outcomeFigures(one.counts)),
        h(
          'div',
          { class: 'sect stack' },
          refusedColumns(one),
          skippedSheets(one),
          housesNote(one),
          columnsOf(one),
        ),
        this.#outcomes?.node,
      ],
      footer: this.#readyFooter(one),
    });
  }

  /** A commit or undo that did not work leaves its reason here. @param {Import} one */
  #lastProblem({ problem }) {
    if (!problem) return null;
    const known = new Problem(problem);
    return h('div', { class: 'sect' }, this.#fault(known, known.message));
  }

  /** @param {Import} one */
  #readyFooter(one) {
    const n = writable(one.counts);
    const waiting = one.counts.decision;
    const why = n ? t('commitNote') : t('nothingToWrite');
    return [
      h(
        'p',
        { class: 'small sec grow desk-only' },
        waiting ? t('undecidedStay', { n: number(waiting) }) : why,
      ),
      h('button', { class: 'btn', type: 'button', click: () => this.#discard(one) }, t('discard')),
      h(
        'button',
        {
          class: 'btn primary',
          type: 'button',
          disabled: n === 0,
          click: () => this.#act('commit', one.id),
        },
        icon('check'),
        n ? t('commitRows', { n: number(n) }) : t('nothingToWriteShort'),
      ),
    ];
  }

  /** @param {Import} one */
  async #loadPoints(one) {
    const mine = this.#watch;
    const points = await get(`/imports/${one.id}/points`).catch(() => null);
    if (!points || mine !== this.#watch) return;
    this.#points = points;
    if (!points.points.length) return;
    drawLegend(
      points.points.map((/** @type {[number, number, string]} */ [, , outcome]) => outcome),
    );
    this.page.showPoints(points);
  }

  /** @param {Import} one */
  #drawFailed(one) {
    const problem = new Problem(one.problem ?? { title: t('errorTitle'), status: 500 });
    this.#show({
      step: 0,
      body: [
        h('div', { class: 'sect' }, fileCard(one.file, size(one.bytes))),
        h('div', { class: 'sect', role: 'alert' }, this.#fault(problem, problem.message)),
      ],
      footer: [
        h('span', { class: 'grow' }),
        h('a', { class: 'btn primary', href: address('import') }, t('otherFile')),
      ],
    });
    announce(problem.message);
  }

  /** @param {Import} one @param {string | undefined} before */
  async #drawDone(one, before) {
    const mine = this.#watch;
    // a small register is written before one has asked how it goes
    if (before && before !== one.state) await this.page.written();
    const committed = one.state === 'committed';
    if (committed && !this.#points) await this.#loadPoints(one);
    if (mine !== this.#watch) return;
    this.#show({
      step: committed ? 4 : 3,
      body: [this.#lastProblem(one), ...doneBody(one)],
      footer: this.#doneFooter(one),
    });
    announce(t(`done_${committed ? 'committed' : 'undone'}`, { n: number(writable(one.counts)) }));
  }

  /** @param {Import} one */
  #doneFooter(one) {
    const points = this.#points;
    const look = () => (points?.points.length ? this.page.lookAt(points) : go());
    return [
      one.undoable &&
        h(
          'button',
          { class: 'btn danger', type: 'button', click: () => this.#act('undo', one.id) },
          icon('undo'),
          t('undoAll'),
        ),
      h('span', { class: 'grow' }),
      h('a', { class: 'btn', href: address('import') }, t('nextFile')),
      h('button', { class: 'btn primary', type: 'button', click: look }, icon('map'), t('seeMap')),
    ];
  }

  /** @param {'commit' | 'undo'} what @param {string} id */
  async #act(what, id) {
    try {
      await send('POST', `/imports/${id}/${what}`);
      if (here().value === id) await this.#follow(id);
      else go('import', id);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Says above everything else that something was refused. @param {unknown} error */
  #tell(error) {
    const text = error instanceof Problem ? error.message : t('errorUnknown');
    const told = h('div', { class: 'sect', role: 'alert' }, this.#fault(error, text));
    const body = byId('imports').querySelector('.body');
    body?.prepend(told);
    body?.scrollTo(0, 0);
  }

  /** @param {Import} one */
  async #discard(one) {
    try {
      await send('DELETE', `/imports/${one.id}`);
      goInstead('import');
    } catch (error) {
      this.#tell(error);
    }
  }
}

/** @param {() => void} stop */
const stopButton = (stop) =>
  h('button', { class: 'btn danger', type: 'button', click: stop }, t('stopIt'));

/** @param {Import} one @returns {Child[]} */
function doneBody(one) {
  const committed = one.state === 'committed';
  const text = committed ? 'done_committed' : 'done_undone';
  return [
    h('div', { class: 'sect' }, fileCard(one.file, size(one.bytes))),
    h(
      'div',
      { class: 'vacant' },
      h(
        'span',
        { class: `mark ${committed ? 'ok' : ''} big` },
        icon(committed ? 'check' : 'undo', 'i-24'),
      ),
      h('h2', { class: 'title-s' }, t(text, { n: number(writable(one.counts)) })),
      h('p', { class: 'sec' }, committed ? t('commitNote') : t('undoneNote')),
    ),
    committed && h('div', { class: 'sect' }, ...outcomeFigures(one.counts)),
    committed && h('div', { class: 'sect stack' }, housesNote(one)),
    committed &&
      h(
        'div',
        { class: 'sect row wrap' },
        h(
          'a',
          { class: 'link', href: `/imports/${one.id}/outcomes.xlsx`, download: true },
          icon('download', 'i-16'),
          t('downloadOutcomes'),
        ),
        one.houses.unplaced > 0 &&
          h('a', { class: 'link', href: address('worklist', 'unplaced') }, t('unplacedTitle')),
      ),
  ];
}
