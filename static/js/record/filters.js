// What to look for: a period, who, what was done, to which layer; each change is an address.
import { h, icon, onPhone } from '../dom.js';
import { titled } from '../model.js';
import { t } from '../words.js';
import { addressOf, dayOf } from './asked.js';
import { ACTIONS, actionName } from './lines.js';

/** @typedef {import('./asked.js').Asked} Asked */
/** @typedef {import('./asked.js').Name} Name */
/** @typedef {import('../contract').RecordLayers['layers']} Layers */

const DAY = 86_400_000;

/** @type {[days: number, word: 'recordToday' | 'recordWeek' | 'recordMonth' | 'recordEver'][]} */
const PERIODS = [
  [1, 'recordToday'],
  [7, 'recordWeek'],
  [30, 'recordMonth'],
  [0, 'recordEver'],
];

/** @param {Asked} wanted */
const to = (wanted) => {
  location.hash = addressOf(wanted);
};

/** @param {number} days */
const begin = (days) => (days ? dayOf(new Date(Date.now() - (days - 1) * DAY)) : '');

/** @param {Asked} asked */
const periods = (asked) =>
  h(
    'nav',
    { class: 'seg full', 'aria-label': t('recordPeriod') },
    ...PERIODS.map(([days, word]) => {
      const since = begin(days);
      const current = (asked.since ?? '') === since && !asked.until;
      return h(
        'a',
        { href: addressOf({ ...asked, since, until: '' }), 'aria-current': current && 'true' },
        t(word),
      );
    }),
  );

/** @param {string} word @param {HTMLElement} control */
const field = (word, control) => h('label', { class: 'field' }, h('span', null, word), control);

/** @param {Asked} asked @param {'since' | 'until'} name @param {string} word */
function day(asked, name, word) {
  const input = h('input', { class: 'input', type: 'date', value: asked[name] });
  input.addEventListener('change', () => to({ ...asked, [name]: input.value }));
  return field(word, input);
}

/** @param {Asked} asked @param {Name} name @param {string} word @param {[id: string, title: string][]} options */
function choice(asked, name, word, options) {
  const current = asked[name] ?? '';
  const known = options.some(([id]) => id === current) || !current;
  const select = h(
    'select',
    { class: 'input' },
    h('option', { value: '' }, t('recordAny')),
    ...(known ? [] : [h('option', { value: current, selected: true }, current)]),
    ...options.map(([id, title]) => h('option', { value: id, selected: id === current }, title)),
  );
  select.addEventListener('change', () => to({ ...asked, [name]: select.value }));
  return field(word, select);
}

/** @param {Asked} asked */
function who(asked) {
  const input = h('input', {
    class: 'input',
    value: asked.actor,
    maxlength: 80,
    autocomplete: 'off',
    spellcheck: 'false',
    translate: 'no',
  });
  input.addEventListener('change', () => to({ ...asked, actor: input.value.trim() }));
  return field(t('recordWho'), input);
}

/** What cannot be chosen in a field: one record, or the events of one line. @param {Asked} asked */
function only(asked) {
  if (!asked.item && !asked.first) return null;
  const text = asked.item
    ? t('recordOneItem', { id: asked.item.slice(-8) })
    : t('recordOneLine', { first: asked.first ?? '', last: asked.last ?? '' });
  return h(
    'p',
    { class: 'note act only' },
    icon('info'),
    h('span', { class: 'grow' }, text),
    h(
      'a',
      { class: 'link', href: addressOf({ ...asked, item: '', first: '', last: '' }) },
      t('recordAll'),
    ),
  );
}

/** On a phone the fields are folded away until one looks for something. @param {Asked} asked @param {HTMLElement} fields */
function folded(asked, fields) {
  if (!onPhone()) return fields;
  const used = ['until', 'actor', 'action', 'layer'].some(
    (name) => asked[/** @type {Name} */ (name)],
  );
  return h(
    'details',
    { open: used },
    h('summary', null, icon('chev', 'i-16'), t('recordFilter')),
    fields,
  );
}

/** @param {Asked} asked @param {Layers} layers */
const fields = (asked, layers) =>
  h(
    'div',
    { class: 'fields' },
    day(asked, 'since', t('recordSince')),
    day(asked, 'until', t('recordUntil')),
    choice(
      asked,
      'action',
      t('recordAction'),
      Object.keys(ACTIONS).map((id) => [id, actionName(id)]),
    ),
    choice(
      asked,
      'layer',
      t('recordLayer'),
      layers.map(({ id, title }) => [id, titled(title)]),
    ),
    who(asked),
  );

/** @param {Asked} asked @param {Layers} layers what events can be of */
export const filters = (asked, layers) =>
  h(
    'search',
    { class: 'asked' },
    periods(asked),
    folded(asked, fields(asked, layers)),
    only(asked),
  );
