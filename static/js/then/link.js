// A link to the map as it was on a day; it opens in the page that is open.
import { h } from '../dom.js';
import { t } from '../words.js';
import { addressOn, goOn } from './day.js';

/** @param {string} day @param {string} place an address of `route.js` */
export function onMap(day, place) {
  const link = h('a', { class: 'link', href: addressOn(day, place) }, t('onMap'));
  link.addEventListener('click', (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return; // a tab of its own
    e.preventDefault();
    goOn(day, place);
  });
  return link;
}
