// Step 3: every row with its outcome, the reason, how to mend it, and what is yours to decide.
import { get, Problem, send } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { number } from '../format.js';
import { faultOf, note, tag } from '../panels/frame.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../contract').Import} Import */
/** @typedef {import('../contract').Row} Row */
/** @typedef {import('../contract').Rows} Rows */
/** @typedef {import('../contract').Decision} Decision */
/** @typedef {'attention' | 'all'} Show */

/** @type {Record<import('../contract').Outcome, [kind: string, sign: string]>} */
const TAGS = {
  added: ['act', 'plus'],
  updated: ['ok', 'sync'],
  unchanged: ['', 'check'],
  decision: ['warn', 'hand'],
  refused: ['bad', 'close'],
};

const PAGE = 50;
const OWN_TO_THE_ROW = new Set(['two-heads']); // options that name rows fit no other row

export class Outcomes {
  /** @type {Show} */
  show = 'attention';
  offset = 0;
  /** @type {Rows | null} */
  #rows = null;
  /** @type {{row: Row, decision: Decision, choice: string} | null} what was decided last */
  #decided = null;

  /** @param {Import} one @param {(changed: Import) => void} onChange */
  constructor(one, onChange) {
    this.one = one;
    this.onChange = onChange;
    this.node = h('div', { class: 'outcomes' });
    this.node.setAttribute('aria-busy', 'true');
    const { decision, refused } = one.counts;
    if (decision + refused === 0) this.show = 'all';
    this.read();
  }

  async read() {
    try {
      const { show, offset } = this;
      this.#rows = await get(`/imports/${this.one.id}/rows`, { show, offset, limit: PAGE });
      // deciding the last rows of the last page leaves it empty
      if (offset > 0 && !this.#rows?.rows.length) return this.#turn(show, offset - PAGE);
      this.#draw();
    } catch (error) {
      fill(
        this.node,
        faultOf(error, () => this.read()),
      );
    }
    this.node.removeAttribute('aria-busy');
  }

  /** @param {Show} show */
  #turn(show, offset = 0) {
    this.show = show;
    this.offset = offset;
    this.read();
    this.node.scrollIntoView({ block: 'start' });
  }

  #draw() {
    const rows = this.#rows?.rows ?? [];
    fill(
      this.node,
      this.#head(),
      this.#sameForAll(),
      rows.length
        ? this.#table(rows)
        : h('div', { class: 'sect' }, note('check', 'ok', t('allFine'))),
      this.#pages(),
    );
    announce(t('rowsShown', { n: rows.length }));
  }

  #head() {
    const { counts, id } = this.one;
    const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const waiting = counts.decision + counts.refused;
    const choice = (/** @type {Show} */ show, /** @type {string} */ text) =>
      h(
        'button',
        {
          type: 'button',
          'aria-pressed': String(this.show === show),
          click: () => this.#turn(show),
        },
        text,
      );
    return h(
      'div',
      { class: 'row tblhead wrap' },
      h(
        'div',
        { class: 'seg', role: 'group', 'aria-label': t('showOnly') },
        choice('attention', t('attention', { n: number(waiting) })),
        choice('all', t('allRows', { n: number(all) })),
      ),
      h('span', { class: 'grow' }),
      h(
        'a',
        { class: 'link', href: `/imports/${id}/outcomes.xlsx`, download: true },
        icon('download', 'i-16'),
        counts.refused
          ? t('downloadRefused', { n: number(counts.refused) })
          : t('downloadOutcomes'),
      ),
    );
  }

  /** After one decision: the same for all rows of its kind. */
  #sameForAll() {
    if (!this.#decided || !this.one.counts.decision) return null;
    const { row, decision, choice } = this.#decided;
    if (OWN_TO_THE_ROW.has(decision.key.split(':')[0]) || !this.#moreAlike(decision)) return null;
    const title = decision.options.find(({ id }) => id === choice)?.title ?? '';
    const again = () => this.#decide(row, decision, choice, true);
    return h(
      'div',
      { class: 'same', role: 'status' },
      icon('check', 'i-16 ok'),
      h(
        'span',
        { class: 'grow' },
        t('decidedRow', { row: row.row, reason: decision.reason, title }),
      ),
      h('button', { class: 'btn sm', type: 'button', click: again }, t('sameForAll')),
    );
  }

  /** Whether another row may wait for the same; beyond this page nobody knows. @param {Decision} decision */
  #moreAlike({ key, text }) {
    const { rows = [], total = 0 } = this.#rows ?? {};
    const alike = (/** @type {Row} */ { decision }) =>
      decision?.key === key && decision.text === text;
    return total > rows.length || rows.some(alike);
  }

  /** @param {Row[]} rows */
  #table(rows) {
    const head = ['row', 'name', 'address', 'outcome', 'reason', 'mend'];
    const several = this.one.sheets.length > 1;
    return h(
      'div',
      {
        class: 'scrollx',
        'data-x': true,
        tabindex: '0',
        role: 'region',
        'aria-label': t('rowByRow'),
      },
      h(
        'table',
        { class: 'tbl out' },
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ...head.map((word) =>
              h(
                'th',
                { scope: 'col', class: word === 'row' && 'r' },
                t(`col_${/** @type {'row'} */ (word)}`),
              ),
            ),
          ),
        ),
        h('tbody', null, ...rows.map((row) => this.#row(row, several))),
      ),
    );
  }

  /** @param {Row} row @param {boolean} several whether there is more than one sheet */
  #row(row, several) {
    const [kind, sign] = TAGS[row.outcome];
    const lines = (/** @type {'reason' | 'mend'} */ part) =>
      row.problems.map((problem) => h('p', null, problem[part]));
    return h(
      'tr',
      null,
      h(
        'td',
        { class: 'r num mut', title: several && row.sheet },
        several && h('small', { class: 'sheetname' }, written(row.sheet)),
        row.row,
      ),
      h('th', { scope: 'row' }, h('span', { class: 'lines' }, written(row.name || t('nameless')))),
      h('td', { class: 'sec' }, written(row.address)),
      h('td', null, tag(kind, sign, t(`outcome_${row.outcome}`))),
      h('td', null, ...lines('reason')),
      h(
        'td',
        { class: row.outcome === 'refused' ? 'strong' : 'sec' },
        row.decision ? this.#options(row, row.decision) : lines('mend'),
      ),
    );
  }

  /** @param {Row} row @param {Decision} decision */
  #options(row, decision) {
    const label = t('decideRow', { row: row.row, name: row.name });
    if (decision.options.length > 3) return this.#select(row, decision, label);
    return h(
      'div',
      { class: 'options', role: 'group', 'aria-label': label },
      ...decision.options.map(({ id, title }) => {
        const choose = () => this.#decide(row, decision, id, false);
        return h('button', { class: 'option', type: 'button', click: choose }, written(title));
      }),
    );
  }

  /** @param {Row} row @param {Decision} decision @param {string} label */
  #select(row, decision, label) {
    const select = h(
      'select',
      { class: 'input', 'aria-label': label },
      h('option', { value: '', disabled: true, selected: true }, t('chooseOne')),
      ...decision.options.map(({ id, title }) =>
        h('option', { value: id, translate: 'no' }, title),
      ),
    );
    select.addEventListener('change', () => this.#decide(row, decision, select.value, false));
    return select;
  }

  /** @param {Row} row @param {Decision} decision @param {string} choice @param {boolean} all */
  async #decide(row, decision, choice, all) {
    const rows = all ? undefined : [[row.sheet_index, row.row]];
    const text = all ? (decision.text ?? undefined) : undefined;
    const body = { code: decision.key, choice, rows, text };
    try {
      this.one = await send('POST', `/imports/${this.one.id}/decisions`, body);
    } catch (error) {
      const text = error instanceof Problem ? error.message : t('errorUnknown');
      this.node.prepend(note('warn', 'bad', text));
      return;
    }
    this.#decided = all ? null : { row, decision, choice };
    this.onChange(this.one);
    await this.read();
  }

  #pages() {
    const total = this.#rows?.total ?? 0;
    if (total <= PAGE) return null;
    const { show, offset } = this;
    const turn = (
      /** @type {string} */ sign,
      /** @type {string} */ label,
      /** @type {number} */ to,
    ) =>
      h(
        'button',
        {
          class: 'btn icon',
          type: 'button',
          'aria-label': label,
          disabled: to < 0 || to >= total,
          click: () => this.#turn(show, to),
        },
        icon(sign),
      );
    return h(
      'nav',
      { class: 'row pages', 'aria-label': t('pages') },
      turn('back', t('pageBefore'), offset - PAGE),
      h(
        'span',
        { class: 'num sec' },
        t('pageAt', { from: offset + 1, to: Math.min(offset + PAGE, total), total: number(total) }),
      ),
      turn('chev', t('pageNext'), offset + PAGE),
    );
  }
}
