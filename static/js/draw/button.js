// A wide button with a sign and a word.
import { h, icon } from '../dom.js';

/** @param {string} sign @param {string} word @param {() => unknown} press @param {{kind?: string, off?: boolean}} [how] */
export const button = (sign, word, press, { kind = '', off = false } = {}) =>
  h(
    'button',
    {
      class: `btn grow ${kind}`.trim(),
      type: 'button',
      click: press,
      'aria-disabled': off && 'true',
    },
    icon(sign),
    h('span', null, word),
  );
