// The field by which one chooses the day whose grids the map shows.
import { h } from '../dom.js';
import { shifted } from '../format.js';
import { t } from '../words.js';
import { dayAsked, FIRST, goOn, today } from './day.js';

const ID = 'thenday';
const REST_MS = 400; // while a day is typed or stepped through, each on the way would be asked for
const AHEAD = 366; // days that a version may be approved before it counts

/** @param {() => void} chosen */
export function dayField(chosen) {
  const input = h('input', {
    id: ID,
    class: 'input',
    type: 'date',
    min: FIRST,
    max: shifted(today(), AHEAD),
    value: dayAsked() ?? today(),
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  input.addEventListener('change', () => {
    clearTimeout(resting);
    if (!input.validity.valid) return;
    resting = setTimeout(() => {
      chosen();
      goOn(input.value);
    }, REST_MS);
  });
  return h('label', { class: 'field' }, h('span', null, t('thenField')), input);
}

/** The field follows the address, except while somebody is at it. */
export function showDayInField() {
  const input = document.getElementById(ID);
  if (input instanceof HTMLInputElement && input !== document.activeElement)
    input.value = dayAsked() ?? today();
}
