// What is looked for in the record, kept in the address: `#record&days=7&layer=person`.

/** @typedef {'since' | 'until' | 'actor' | 'action' | 'layer' | 'item' | 'first' | 'last'} Name */
/** @typedef {Partial<Record<Name, string>>} Asked */

/** @type {Name[]} */
const NAMES = ['since', 'until', 'actor', 'action', 'layer', 'item', 'first', 'last'];

/** @param {string} hash @returns {Asked} */
export function asked(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  return Object.fromEntries(
    NAMES.flatMap((name) => [[name, given.get(name) ?? '']]).filter(([, value]) => value),
  );
}

/** @param {Asked} wanted */
export function addressOf(wanted) {
  const parts = new URLSearchParams();
  for (const name of NAMES) if (wanted[name]) parts.set(name, wanted[name]);
  const text = parts.toString();
  return text ? `#record&${text}` : '#record';
}

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** A day as date fields write it. @param {Date} at */
export const dayOf = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** The first or last moment of a day where the reader is. @param {string} day @param {boolean} end */
function edge(day, end) {
  const at = new Date(`${day}T${end ? '23:59:59.999' : '00:00:00.000'}`);
  return Number.isNaN(at.getTime()) ? '..' : at.toISOString();
}

/** What the server is asked for. @param {Asked} wanted @returns {Record<string, string | undefined>} */
export function query({ since, until, ...rest }) {
  const from = since ? edge(since, false) : '..';
  const to = until ? edge(until, true) : '..';
  return { ...rest, datetime: since || until ? `${from}/${to}` : undefined };
}
