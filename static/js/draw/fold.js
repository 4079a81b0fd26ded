// A part of the panel that is opened when it is wanted, and stays as it was left.
import { h } from '../dom.js';

/** @typedef {import('../dom.js').Child} Child */

/**
 * @param {{id: string, word: string, state: {open: boolean}, toggled?: () => void}} of
 * @param {Child[]} body
 */
export function fold({ id, word, state, toggled }, ...body) {
  const details = h(
    'details',
    { class: 'sect', id, open: state.open },
    h('summary', { class: 'strong' }, word),
    ...body,
  );
  details.addEventListener('toggle', () => {
    if (details.open === state.open) return;
    state.open = details.open;
    toggled?.();
  });
  return details;
}
