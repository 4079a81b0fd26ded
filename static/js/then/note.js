// What the map says while its grids are those of another day, and the way back to today.
import { Problem } from '../api.js';
import { byId, fill, h, icon } from '../dom.js';
import { focusTitle } from '../panels/frame.js';
import { t } from '../words.js';
import { dayInWords, goOn, today } from './day.js';

/**
 * @typedef {{
 *   day: string,
 *   state: 'asked' | 'shown' | 'failed',
 *   error?: unknown,
 *   retry?: () => void,
 * }} Told
 */

function backToToday() {
  goOn(null);
  focusTitle(); // the button is gone
}

/** @param {unknown} error */
function whyNot(error) {
  if (!(error instanceof Problem)) return t('errorUnknown');
  return error.status ? error.message : error.title; // without a network the banner tells the rest
}

/** @param {Told} told */
function under({ day, state, error }) {
  if (state === 'failed') return whyNot(error);
  const rest = t(day > today() ? 'thenToCome' : 'thenRest');
  // room for what comes is kept, so that the note covers no more of the map then
  return state === 'asked' ? [h('span', null, t('opening')), h('span', null, rest)] : rest;
}

/** @param {string} text @param {() => void} click */
const press = (text, click) => h('button', { class: 'link', type: 'button', click }, text);

/** @param {Told | null} told */
export function showNote(told) {
  const note = byId('then');
  note.hidden = !told;
  if (!told) return note.replaceChildren();
  const { day, state, error, retry } = told;
  const broken = state === 'failed';
  if (broken && !(error instanceof Problem)) console.error(error);
  note.classList.toggle('bad', broken);
  note.toggleAttribute('aria-busy', state === 'asked');
  fill(
    note,
    icon(broken ? 'warn' : 'cal'),
    h(
      'span',
      { class: 'grow' },
      h('b', { class: 'strong' }, t(broken ? 'thenFailed' : 'thenTitle', { day: dayInWords(day) })),
      h('span', { class: 'sub' }, under(told)),
    ),
    h(
      'span',
      { class: 'ways' },
      retry && press(t('tryAgain'), retry),
      press(t('backToToday'), backToToday),
    ),
  );
}
