// Signing in by another service: out to it, and what one is told who came back.
import { send } from './api.js';
import { h } from './dom.js';
import { shownOnce } from './fields.js';
import { note } from './panels/frame.js';
import { keep, language, theme } from './prefs.js';
import { here } from './route.js';
import { otherService } from './session.js';
import { t } from './words.js';

/** @typedef {import('./words.js').Word} Word */
/** @typedef {import('./dom.js').Child} Child */

const PLACE = 'mapserver.place';

/** @type {Record<string, Word>} what stands after #sign-in=, and what it means */
const FAULTS = {
  'not-linked': 'notLinked',
  'sign-in-stale': 'signInStale',
  'provider-refused': 'providerRefused',
  'provider-unreachable': 'providerUnreachable',
};

/** Asks the server where to go, and goes there; one comes back to where one is now. */
export async function leave() {
  const { location: address } = await send('POST', '/session/oidc');
  keep('lang', language());
  keep('theme', theme());
  try {
    sessionStorage.setItem(PLACE, location.hash);
  } catch {
    // one then comes back to the first page
  }
  location.assign(address);
}

/** Puts the place that one left back into the address, and returns what went wrong, if anything. */
export function comeBack() {
  const { name, value } = here();
  let place = null;
  try {
    place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
  } catch {
    // see leave
  }
  const failed = name === 'sign-in';
  const back = failed || !name ? (place ?? '') : location.hash;
  if (failed || place !== null)
    history.replaceState(null, '', location.pathname + location.search + back);
  return failed ? value : '';
}

/** What is told of a way back that led nowhere. @param {string} fault @returns {Child} */
export function toldOf(fault) {
  const subject = otherService()?.subject;
  return [
    note('warn', 'bad', t(FAULTS[fault] ?? 'providerRefused')),
    fault === 'not-linked' && subject && h('p', { class: 'small sec' }, t('tellSubject')),
    fault === 'not-linked' && subject && shownOnce(subject, t('subject')),
  ];
}
