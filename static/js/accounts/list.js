// Every account in a table: who, appointed to what, in which state.
import { get } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { sentence } from '../fields.js';
import { number } from '../format.js';
import { note, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { grantText } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../contract').Account} Account */
/** @typedef {import('../contract').Accounts} Accounts */

const PAGE = 50;
const WAIT = 200; // ms after the last key

/** @param {Account} account */
function stateTag({ state, appointments }) {
  if (state === 'closed') return tag('', 'lock', t('state_closed'));
  const holds = appointments.some((one) => one.state === 'current');
  return holds ? tag('ok', 'check', t('state_active')) : tag('warn', 'warn', t('state_idle'));
}

/** In which state an account is, as tags. @param {Account} account */
export const tagsOf = (account) => [
  stateTag(account),
  account.temporary_password && account.state === 'active' && tag('act', 'key', t('temporaryTag')),
  account.second_factor && tag('', 'mobile', t('factorTag')),
];

/** The first sign of a name, as on a badge. @param {string} title */
export const badge = (title) =>
  h('span', { class: 'ava a2', 'aria-hidden': 'true' }, written([...title][0] ?? ''));

/** @param {Account} account */
const rolesOf = ({ appointments }) =>
  appointments
    .filter(({ state }) => state === 'current')
    .map((one) => h('span', { class: 'line' }, written(grantText(one))));

/** @param {Account} account */
const row = (account) =>
  h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row' },
      h(
        'a',
        { class: 'person', href: address('accounts', account.id) },
        badge(account.title),
        h(
          'span',
          null,
          h('b', { class: 'strong' }, written(account.title)),
          h('small', { class: 'sub', translate: 'no' }, account.name),
        ),
      ),
    ),
    h('td', null, ...rolesOf(account)),
    h('td', null, h('span', { class: 'row wrap states' }, ...tagsOf(account))),
  );

class List {
  #turn = 0;
  #timer = 0;

  constructor() {
    this.rows = h('tbody');
    this.foot = h('div', { class: 'sect' });
    this.input = h('input', {
      class: 'input',
      type: 'search',
      id: 'find-account',
      'aria-label': t('findAccount'),
      placeholder: t('findAccount'),
      autocomplete: 'off',
      input: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.ask(), WAIT);
      },
    });
    const head = [t('col_who'), t('col_roles'), t('col_state')];
    this.closed = false;
    this.seg = h(
      'div',
      { class: 'seg', role: 'group', 'aria-label': t('col_state') },
      ...[false, true].map((closed) => {
        const word = t(closed ? 'closedToo' : 'state_active');
        return h(
          'button',
          { type: 'button', 'aria-pressed': String(!closed), click: () => this.#show(closed) },
          word,
        );
      }),
    );
    this.node = h(
      'table',
      { class: 'tbl people' },
      h('thead', null, h('tr', null, ...head.map((text) => h('th', { scope: 'col' }, text)))),
      this.rows,
    );
  }

  /** @param {boolean} closed whether closed accounts are listed too */
  #show(closed) {
    this.closed = closed;
    for (const [i, button] of [...this.seg.children].entries())
      button.setAttribute('aria-pressed', String(Boolean(i) === closed));
    this.ask();
  }

  /** @param {number} [after] @returns {Promise<Accounts | null>} null where newer words were typed */
  async ask(after = 0) {
    this.#turn += 1;
    const mine = this.#turn;
    const q = this.input.value.trim();
    try {
      /** @type {Accounts} */
      const found = await get('/accounts', {
        q,
        after,
        limit: PAGE,
        closed: String(this.closed),
      });
      if (mine !== this.#turn) return null;
      const rows = found.accounts.map(row);
      if (after) this.rows.append(...rows);
      else fill(this.rows, ...rows);
      this.node.hidden = !this.rows.childElementCount;
      this.#offer(found, q);
      if (q) announce(t('rowsShown', { n: found.total }));
      return found;
    } catch (error) {
      if (mine === this.#turn) fill(this.foot, note('warn', 'bad', sentence(error)));
      this.foot.hidden = false;
      return null;
    }
  }

  /** @param {Accounts} found @param {string} q */
  #offer({ total, next }, q) {
    fill(
      this.foot,
      !total && h('p', { class: 'sec' }, t('noAccountFound', { text: q })),
      next &&
        h(
          'button',
          { class: 'btn wide', type: 'button', click: () => this.ask(next) },
          t('showMore'),
        ),
    );
    this.foot.hidden = !next && total > 0;
  }
}

/** @returns {Promise<import('./sheet.js').Page>} */
export async function listContent() {
  const list = new List();
  const first = await list.ask();
  return {
    title: t('accountsTitle'),
    sub: t('accountsSub', { n: number(first?.total ?? 0) }),
    actions: [
      h(
        'a',
        { class: 'btn primary', href: address('accounts', 'new') },
        icon('plus'),
        t('newAccount'),
      ),
    ],
    body: [h('div', { class: 'sect finder' }, list.input, list.seg), list.node, list.foot],
  };
}
