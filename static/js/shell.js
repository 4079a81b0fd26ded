// The rail, the pills, and what a phone keeps behind "more".
import { onReach } from './api.js';
import { brand } from './brand.js';
import { byId, fill, h, icon } from './dom.js';
import { opens } from './popup.js';
import { setTheme, switchLanguage, theme } from './prefs.js';
import { address, here, onRoute } from './route.js';
import { may, roleLine, seesMap, signedIn, signOut } from './session.js';
import { t } from './words.js';
import { written } from './written.js';

/**
 * @typedef {{
 *   name: string,
 *   sign: string,
 *   word: 'navMap' | 'navDraw' | 'navImport' | 'navLists' | 'navRecord' | 'navAccounts' | 'navMe',
 *   to: string,
 *   theirs: () => boolean,
 *   where?: string,
 * }} Way
 */

/** @type {Way[]} */
const NAV = [
  { name: 'map', sign: 'map', word: 'navMap', to: '#', theirs: seesMap },
  {
    name: 'draw',
    sign: 'draw',
    word: 'navDraw',
    to: address('draw'),
    theirs: () => may('draw') || may('approve'),
  },
  {
    name: 'import',
    sign: 'import',
    word: 'navImport',
    to: address('import'),
    theirs: () => may('import'),
  },
  {
    name: 'worklist',
    sign: 'todo',
    word: 'navLists',
    to: address('worklist', 'unplaced'),
    theirs: seesMap,
  },
  {
    name: 'record',
    sign: 'seal',
    word: 'navRecord',
    to: address('record'),
    theirs: () => may('record'),
  },
  {
    name: 'accounts',
    sign: 'people',
    word: 'navAccounts',
    to: address('accounts'),
    theirs: () => may('accounts'),
  },
  {
    name: 'account',
    sign: 'me',
    word: 'navMe',
    to: address('account'),
    theirs: () => true,
    where: 'phone-only',
  },
];

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
const section = (name) => (NAV.some((way) => way.name === name) ? name : 'map');

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
    NAV.filter(({ theirs }) => theirs()).map(({ name, sign, word, to, where }) =>
      h(
        'a',
        { href: to, 'data-nav': name, class: where },
        icon(sign, 'i-24'),
        h('span', null, t(word)),
      ),
    ),
    h('div', { class: 'end' }, themeButton(), languageButton()),
  );
  markCurrent();
  onRoute(markCurrent);
}

/** How many things wait, on the rail. @param {'draw' | 'worklist'} where @param {number} count */
export function drawWaiting(where, count) {
  const link = byId('rail').querySelector(`[data-nav=${where}]`);
  link?.querySelector('.dot')?.remove();
  if (!count || !link) return;
  const shown = count > 99 ? '99+' : String(count);
  link.append(h('span', { class: 'dot' }, h('span', { class: 'vh' }, t('waiting')), shown));
}

/** Who is signed in, and what belongs to that. */
export function drawTopRight() {
  const who = signedIn();
  if (!who) return;
  const menu = h(
    'div',
    { class: 'pop whomenu', hidden: true, id: 'who' },
    h('a', { class: 'item', href: address('account') }, icon('me'), t('myAccount')),
    h(
      'button',
      { type: 'button', class: 'item', click: () => signOut() },
      icon('exit'),
      t('signOut'),
    ),
  );
  const button = h(
    'button',
    { type: 'button', class: 'pill who', 'aria-label': t('whoMenu', { name: who.title }) },
    h('span', { class: 'ava a1', 'aria-hidden': 'true' }, written([...who.title][0] ?? '')),
    h(
      'span',
      { class: 'txt' },
      h('b', { class: 'strong clip' }, written(who.title)),
      h('small', { class: 'clip' }, written(roleLine(who))),
    ),
    icon('down', 'i-16 mut'),
  );
  opens(button, menu);
  menu.addEventListener(
    'click',
    () => button.getAttribute('aria-expanded') === 'true' && button.click(),
  );
  fill(byId('topright'), button, menu);
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
    const shown = ['record', 'imports', 'accounts'].map(byId).find((part) => !part.hidden);
    (shown ?? byId('panel')).querySelector('h1')?.focus();
  });
  document.body.prepend(link);
}
