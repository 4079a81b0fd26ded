// Buttons with a sign and a word.
import { h, icon } from '../dom.js';
import { once } from './carefully.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

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

/**
 * A button for what the server takes a while for: it says so, and is pressed once.
 * @param {Workshop} shop
 * @param {{what: string, word: string, doing: string, act: () => Promise<unknown>, off?: boolean}} how
 */
export function slow(shop, { what, word, doing, act, off = false }) {
  const mine = shop.underway === what;
  return h(
    'button',
    {
      class: 'btn',
      type: 'button',
      id: `do-${what}`,
      'aria-busy': mine && 'true',
      'aria-disabled': (shop.underway !== null || off) && 'true',
      click: () => off || once(shop, what, act),
    },
    icon('grid'),
    mine ? doing : word,
  );
}

/** @param {string} sign @param {string} label @param {() => unknown} press @param {boolean} [off] @param {string} [look] */
export const iconButton = (sign, label, press, off = false, look = 'btn icon') =>
  h(
    'button',
    {
      class: look,
      type: 'button',
      'aria-label': label,
      title: label,
      disabled: off,
      click: press,
    },
    icon(sign),
  );
