// Where one is, kept in the address after #: `#house=<id>`, `#grid=<code>`, `#import`.

/** @typedef {{name: string, value: string}} Route */

/** @param {string} hash @returns {Route} */
export function parse(hash) {
  const [first] = new URLSearchParams(hash.replace(/^#/, ''));
  return first ? { name: first[0], value: first[1] } : { name: '', value: '' };
}

export const here = () => parse(location.hash);

/** @param {string} name @param {string} [value] */
export function address(name, value = '') {
  if (!name) return '#';
  return value ? `#${name}=${encodeURIComponent(value)}` : `#${name}`;
}

/** @param {string} [name] @param {string} [value] */
export function go(name = '', value = '') {
  const target = address(name, value);
  if (target === (location.hash || '#')) return;
  history.pushState(null, '', target === '#' ? location.pathname + location.search : target);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Like go, but the place one leaves is not kept. @param {string} name @param {string} [value] */
export function goInstead(name, value = '') {
  history.replaceState(null, '', address(name, value));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** @param {(route: Route) => void} listener */
export function onRoute(listener) {
  addEventListener('hashchange', () => listener(here()));
}
