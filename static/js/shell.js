// The rail, the pills, and what a phone keeps behind "more".
import { onReach } from './api.js';
import { byId, fill, h, icon, s } from './dom.js';
import { opens } from './popup.js';
import { setTheme, switchLanguage, theme } from './prefs.js';
import { address, here, onRoute } from './route.js';
import { t } from './words.js';

/** @type {[name: string, sign: string, word: 'navMap' | 'navImport' | 'navLists' | 'navRecord', to: string][]} */
const NAV = [
  ['map', 'map', 'navMap', '#'],
  ['import', 'import', 'navImport', address('import')],
  ['worklist', 'todo', 'navLists', address('worklist', 'unplaced')],
  ['record', 'seal', 'navRecord', address('record')],
];

const brand = () =>
  s(
    'svg',
    { class: 'brand', viewBox: '0 0 40 40', role: 'img', 'aria-label': t('product') },
    s('path', { d: 'M6 9.5 20 4l14 5.5v21L20 36 6 30.500z', fill: 'currentColor' }),
    s('path', { d: 'M6 9.5v21L20 36V17.5z', fill: '#fff', opacity: '.16' }),
    s('path', {
      d: 'M20 4v32M6 20.5l14-3 14 3.5M13 6.800l1 11.700-1.500 14.800M27 6.800l-1.300 12 1.800 14.200',
      stroke: 'var(--surface)',
      'stroke-width': '1.5',
      fill: 'none',
      opacity: '.92',
    }),
  );

const themeButton = () =>
  h(
    'button',
    {
      type: 'button',
      'aria-label': t('switchTheme'),
      title: t('switchTheme'),
      click: () => setTheme(theme() === 'dark' ? 'light' : 'dark'),
    },
    icon('sun'),
  );

const languageButton = () =>
  h(
    'button',
    {
      type: 'button',
      lang: t('otherLang'),
      title: t('switchLanguage'),
      click: switchLanguage,
    },
    t('otherLanguage'),
  );

/** @param {string} name @returns {string} */
const section = (name) => (['import', 'worklist', 'record'].includes(name) ? name : 'map');

function markCurrent() {
  const current = section(here().name);
  for (const link of byId('rail').querySelectorAll('a'))
    if (link.dataset.nav === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}

export function drawRail() {
  const rail = byId('rail');
  rail.setAttribute('aria-label', t('navMain'));
  fill(
    rail,
    brand(),
    NAV.map(([name, sign, word, to]) =>
      h('a', { href: to, 'data-nav': name }, icon(sign, 'i-24'), h('span', null, t(word))),
    ),
    h('div', { class: 'end' }, themeButton(), languageButton()),
  );
  markCurrent();
  onRoute(markCurrent);
}

/** How many things wait, on the rail. @param {number} count */
export function drawWaiting(count) {
  const link = byId('rail').querySelector('[data-nav=worklist]');
  link?.querySelector('.dot')?.remove();
  if (!count || !link) return;
  const shown = count > 99 ? '99+' : String(count);
  link.append(h('span', { class: 'dot' }, h('span', { class: 'vh' }, t('waiting')), shown));
}

export function drawTopRight() {
  fill(
    byId('topright'),
    h('p', { class: 'pill still' }, icon('lock', 'i-16 mut'), h('span', null, t('localOnly'))),
  );
}

/** Theme and language on a phone, where the rail has no room. */
export function moreMenu() {
  const menu = h(
    'div',
    { class: 'pop more', hidden: true, id: 'more' },
    h(
      'button',
      {
        type: 'button',
        class: 'item',
        click: () => setTheme(theme() === 'dark' ? 'light' : 'dark'),
      },
      icon('sun'),
      t('switchTheme'),
    ),
    h(
      'button',
      { type: 'button', class: 'item', lang: t('otherLang'), click: switchLanguage },
      icon('globe'),
      t('otherLanguageLong'),
    ),
    h('p', { class: 'sub' }, t('localOnly')),
  );
  const button = h(
    'button',
    {
      type: 'button',
      class: 'iconbtn phone-only',
      'aria-label': t('more'),
    },
    icon('more'),
  );
  opens(button, menu);
  return { button, menu };
}

/** A bar when the server or the network is away. @param {() => void} retry */
export function watchReach(retry) {
  let away = false;
  const draw = (/** @type {boolean} */ isAway) => {
    if (isAway === away) return;
    away = isAway;
    fill(byId('banner'), away && banner(retry));
  };
  onReach((reached) => draw(!reached));
  addEventListener('offline', () => draw(true));
  addEventListener('online', () => {
    draw(false);
    retry();
  });
}

/** @param {() => void} retry */
const banner = (retry) =>
  h(
    'div',
    { class: 'banner' },
    icon('off'),
    h(
      'span',
      { class: 'grow' },
      h('b', { class: 'strong' }, t('offlineTitle')),
      h('span', { class: 'sub' }, t('offlineShort')),
    ),
    h('button', { class: 'link', type: 'button', click: retry }, t('tryAgain')),
  );

export function skipLink() {
  const link = h('a', { class: 'skip', href: '#panel' }, t('skip'));
  link.addEventListener('click', (e) => {
    e.preventDefault();
    const shown = ['record', 'imports'].map(byId).find((part) => !part.hidden);
    const target = shown ?? byId('panel');
    target.querySelector('h1')?.focus();
  });
  document.body.prepend(link);
}
