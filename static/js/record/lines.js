// The record's lines: when, who, what was done, to what, and which fields; never a value.
import { h, icon } from '../dom.js';
import { number } from '../format.js';
import { tag } from '../panels/frame.js';
import { t } from '../words.js';
import { addressOf } from './asked.js';

/** @typedef {import('../contract').RecordEntry} Entry */
/** @typedef {import('../dom.js').Child} Child */
/** @typedef {import('./asked.js').Asked} Asked */
/** @typedef {import('../words.js').Word} Word */

/** @type {Record<string, [kind: string, sign: string, word: Word]>} */
export const ACTIONS = {
  add: ['act', 'plus', 'did_add'],
  change: ['ok', 'sync', 'did_change'],
  remove: ['bad', 'trash', 'did_remove'],
  undo: ['warn', 'undo', 'did_undo'],
  open: ['warn', 'eye', 'did_open'],
  export: ['warn', 'download', 'did_export'],
  'sign-in': ['', 'me', 'did_signIn'],
  'sign-out': ['', 'me', 'did_signOut'],
  'sign-in-refused': ['bad', 'lock', 'did_signInRefused'],
  refused: ['bad', 'lock', 'did_refused'],
  keys: ['warn', 'seal', 'did_keys'],
  backup: ['', 'save', 'did_backup'],
  restore: ['warn', 'undo', 'did_restore'],
  cut: ['warn', 'split', 'did_cut'],
  boundary: ['act', 'draw', 'did_boundary'],
  end: ['warn', 'minus', 'did_end'],
  revoke: ['warn', 'lock', 'did_revoke'],
  close: ['bad', 'lock', 'did_close'],
  reopen: ['ok', 'me', 'did_reopen'],
  password: ['warn', 'lock', 'did_password'],
  'totp-begin': ['', 'seal', 'did_totpBegin'],
  totp: ['ok', 'seal', 'did_totp'],
  'totp-stop': ['warn', 'seal', 'did_totpStop'],
  link: ['warn', 'me', 'did_link'],
  unlink: ['warn', 'me', 'did_unlink'],
  codes: ['', 'seal', 'did_codes'],
};

/** @param {string} action */
export const actionName = (action) => (ACTIONS[action] ? t(ACTIONS[action][2]) : action);

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** Day and second, in the reader's own time. @param {string} iso */
function when(iso) {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return h('time', { datetime: iso }, h('span', { class: 'mut' }, day), ' ', h('b', null, time));
}

/** @param {Entry} entry @param {Asked} asked */
export function line(entry, asked) {
  const [kind, sign] = ACTIONS[entry.action] ?? ['', 'info'];
  return h(
    'tr',
    null,
    h('td', { class: 'num when' }, when(entry.at)),
    h(
      'td',
      { class: 'who' },
      h(
        'a',
        {
          class: 'link',
          href: addressOf({ ...asked, actor: entry.actor }),
          title: t('recordOnlyThis', { text: entry.actor }),
        },
        h('span', { translate: 'no' }, entry.actor),
      ),
    ),
    h('td', { class: 'did' }, tag(kind, sign, actionName(entry.action))),
    h('td', { class: 'on' }, ...subject(entry, asked)),
    h('td', { class: 'held' }, ...holding(entry)),
  );
}

/** To what: a layer with how many, or the one record. @param {Entry} entry @param {Asked} asked @returns {Child[]} */
function subject(entry, asked) {
  const layer = entry.layer_title ?? '';
  if (entry.count > 1) return [layer, ' ', several(entry, asked)];
  if (!entry.item) return [layer || h('span', { class: 'mut' }, t('recordNothing'))];
  return [
    layer,
    ' ',
    h(
      'a',
      {
        class: 'link num',
        href: addressOf({ item: entry.item }),
        title: t('recordOfItem'),
        'aria-label': `${t('recordOfItem')} ${entry.item.slice(-8)}`,
        translate: 'no',
      },
      entry.item.slice(-8),
    ),
  ];
}

/** @param {Entry} entry @param {Asked} asked */
function several({ first, last, count, action, actor, layer }, asked) {
  const n = h('span', { class: 'num' }, t('recordCount', { n: number(count) }));
  // one that is among the single events already has nothing further to open
  if (asked.first) return n;
  const to = { first: `${first}`, last: `${last}`, action, actor, layer: layer ?? '' };
  return h('a', { class: 'link', href: addressOf(to) }, n, icon('chev', 'i-16'));
}

const MANY = 8;

/** The fields of a change by name; of a whole record how many. @param {Entry} entry @returns {Child[]} */
function holding({ action, fields, said }) {
  const details = said.map(detail);
  if (!fields.length) return details;
  if (action !== 'change' && fields.length > MANY)
    return [h('span', { class: 'sec' }, t('recordFields', { n: fields.length })), ...details];
  const names = fields.map(({ title }) => title).join(t('listComma'));
  return [h('span', { class: 'said' }, names), ...details];
}

/** @param {Entry['said'][number]} said */
const detail = ({ title, text }) =>
  h(
    'span',
    { class: 'said' },
    h('span', { class: 'mut' }, title),
    ' ',
    h('span', { translate: 'no' }, text),
  );
