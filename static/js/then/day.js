// The day whose grids the map shows, kept in the address: `?as_of=2026-01-31`. Without one, today.
import { language } from '../prefs.js';

const NAME = 'as_of';

/** Nothing is known of the days before. */
export const FIRST = '1900-01-01';

const CHINA = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }); // writes 2026-01-31

/** The day where the town is, as the server counts it. */
export const today = () => CHINA.format(new Date());

/** Another day than today, or null: also for what is no day. @param {string | null} text */
export function otherDay(text) {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text) || text < FIRST || text === today()) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null;
}

export const dayAsked = () => otherDay(new URLSearchParams(location.search).get(NAME));

/** @param {string | null} wanted @param {string} place an address of `route.js` */
export function addressOn(wanted, place) {
  const query = new URLSearchParams(location.search);
  query.delete(NAME);
  const other = otherDay(wanted);
  if (other) query.set(NAME, other);
  const asked = query.size ? `?${query}` : '';
  return `${location.pathname}${asked}${place}`;
}

/** @param {string | null} wanted @param {string} [place] where one stays unless told */
export function goOn(wanted, place = location.hash) {
  const before = location.hash;
  history.pushState(null, '', addressOn(wanted, place));
  dispatchEvent(new PopStateEvent('popstate'));
  if (location.hash !== before) dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Calls back when the day may be another, also by the browser's way back. @param {() => void} listener */
export function onDay(listener) {
  addEventListener('popstate', listener);
}

/** A day as it is said. @param {string} iso */
export const dayInWords = (iso) =>
  new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'zh-CN', {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${iso}T00:00:00Z`));
