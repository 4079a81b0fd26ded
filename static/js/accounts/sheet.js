// The administrator's sheet of accounts: the list, one account, a new one.
import { byId, fill, h, icon, s } from '../dom.js';
import { faultOf } from '../panels/frame.js';
import { go } from '../route.js';
import { may, seesMap } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { listContent } from './list.js';
import { newContent } from './new.js';
import { oneContent } from './one.js';

/** @typedef {import('../dom.js').Child} Child */

/**
 * @typedef {{
 *   title: string,
 *   crumb?: Child,
 *   sub?: Child,
 *   actions?: Child[],
 *   body: Child[],
 * }} Page
 */

const sheet = () => byId('accounts');
let turn = 0;

const closer = () =>
  h(
    'button',
    { class: 'iconbtn', type: 'button', 'aria-label': t('closeAccounts'), click: () => go() },
    icon('close'),
  );

/** @param {Page} page */
function show({ title, crumb, sub, actions = [], body }) {
  const head = h('h1', { class: 'title grow', id: 'at', tabindex: '-1' }, written(title));
  fill(
    sheet(),
    h(
      'header',
      null,
      crumb && h('div', { class: 'row crumbs' }, crumb),
      h('div', { class: 'row' }, head, ...actions, seesMap() && closer()),
      sub && h('div', { class: 'sub' }, sub),
    ),
    h('div', { class: 'body', tabindex: '0', role: 'group', 'aria-label': title }, ...body),
  );
  return head;
}

function showLoading() {
  const rows = [0, 1, 2, 3, 4].map((i) =>
    s('rect', { x: 0, y: i * 56, width: 620 - (i % 3) * 90, height: 20, rx: 6 }),
  );
  const shapes = s(
    'svg',
    { class: 'norm sk0', viewBox: '0 0 856 260', 'aria-hidden': 'true' },
    s('g', { fill: 'var(--surface-3)' }, ...rows),
  );
  show({
    title: t('accountsTitle'),
    sub: t('opening'),
    body: [h('div', { class: 'sect', role: 'status', 'aria-busy': 'true' }, shapes)],
  });
}

/** @param {string} value @returns {Promise<Page>} */
function contentOf(value) {
  if (value === 'new') return newContent();
  return value ? oneContent(value) : listContent();
}

/** Opens the sheet at one of its pages. @param {string} value @param {{focus: boolean}} how */
export async function openAccounts(value, { focus }) {
  turn += 1;
  const mine = turn;
  sheet().hidden = false;
  if (!may('accounts')) {
    show({ title: t('accountsTitle'), body: [h('p', { class: 'sect sec' }, t('mayNot'))] });
    return;
  }
  const slow = setTimeout(() => mine === turn && showLoading(), 150);
  try {
    const page = await contentOf(value);
    if (mine !== turn) return;
    const head = show(page);
    document.title = `${page.title} · ${t('product')}`;
    if (focus) head.focus({ preventScroll: true });
  } catch (error) {
    const again = () => openAccounts(value, { focus: true });
    if (mine === turn) show({ title: t('accountsTitle'), body: [faultOf(error, again)] });
  } finally {
    clearTimeout(slow);
  }
}

export function closeAccounts() {
  turn += 1;
  sheet().hidden = true;
  fill(sheet());
}
