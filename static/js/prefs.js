// What a person chose for this page: theme, language, layers. Kept in this browser, and the
// first two in the address as well, so that a link shows what its sender saw.

/** @param {string} key @returns {string | null} */
export function kept(key) {
  try {
    return localStorage.getItem(`mapserver.${key}`);
  } catch {
    return null; // a browser may forbid storage; the page then forgets, and works
  }
}

/** @param {string} key @param {string} value */
export function keep(key, value) {
  try {
    localStorage.setItem(`mapserver.${key}`, value);
  } catch {
    // see kept
  }
}

/** @returns {'light' | 'dark'} */
export const theme = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');

/** @returns {'zh' | 'en'} */
export const language = () => (document.documentElement.lang === 'en' ? 'en' : 'zh');

/** @param {string} key @param {string} value */
function addressWith(key, value) {
  const url = new URL(location.href);
  url.searchParams.set(key, value);
  return url.href;
}

/** @param {'light' | 'dark'} value */
export function setTheme(value) {
  keep('theme', value);
  history.replaceState(history.state, '', addressWith('theme', value));
  document.documentElement.dataset.theme = value;
  document.dispatchEvent(new CustomEvent('mapserver:theme'));
}

/** Loads the page again in the other language; where one was is in the address. */
export function switchLanguage() {
  const other = language() === 'en' ? 'zh' : 'en';
  keep('lang', other);
  location.replace(addressWith('lang', other));
}
