// A part of the panel that is opened when it is wanted, and stays as it was left.
import { h } from '../dom.js';

/** @typedef {import('../dom.js').Child} Child */

/**
 * @param {{id: string, word: string, state: {open: boolean}, toggled?: () => void}} of
 * @param {Child[]} body
 */
export function fold({ id, word, state, toggled }, ...body) {
  let was = state.open;
  // it is told that it was opened only after what is pressed next, which may draw it anew
  const pressed = () => {
    state.open = !details.open;
  };
  const details = h(
    'details',
    { class: 'sect', id, open: state.open },
    h('summary', { class: 'strong', click: pressed }, word),
    ...body,
  );
  details.addEventListener('toggle', () => {
    if (details.open === was) return;
    was = details.open;
    state.open = was;
    toggled?.();
  });
  return details;
}
