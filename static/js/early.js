// Sets the theme and the language before anything is painted, so that nothing flashes.
(() => {
  const query = new URLSearchParams(location.search);
  /** @param {string} key */
  const choice = (key) => {
    try {
      return query.get(key) || localStorage.getItem(`mapserver.${key}`);
    } catch {
      return query.get(key);
    }
  };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const root = document.documentElement;
  root.dataset.theme = choice('theme') || (dark ? 'dark' : 'light');
  root.lang = choice('lang') === 'en' ? 'en' : 'zh-CN';
})();
