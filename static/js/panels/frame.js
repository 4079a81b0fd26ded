// The one panel: its frame, and what it shows while loading and after a failure.
import { Problem } from '../api.js';
import { byId, h, icon, refill, s } from '../dom.js';
import { grabHandle } from '../sheet.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../dom.js').Child} Child */

/**
 * @typedef {{
 *   title: string,
 *   crumb?: Node,
 *   tag?: Node | null,
 *   sub?: Child,
 *   body: Child[],
 *   footer?: Child[],
 *   busy?: boolean,
 *   label?: string,
 * }} Content
 */

/** @type {HTMLButtonElement | null} */
let grab = null;

/** @param {Content} content */
export function show({ title, crumb, tag, sub, body, footer, busy = false, label }) {
  const panel = byId('panel');
  grab ??= grabHandle();
  refill(
    panel,
    grab,
    h(
      'header',
      null,
      crumb && h('div', { class: 'row crumbs' }, crumb),
      h(
        'div',
        { class: 'row' },
        h('h1', { class: 'title grow', id: 'pt', tabindex: '-1' }, written(title)),
        tag,
      ),
      sub && h('div', { class: 'sub' }, sub),
    ),
    h(
      'div',
      {
        class: 'body',
        id: 'panelbody',
        tabindex: '0',
        role: 'group',
        'aria-label': label ?? title,
        'aria-busy': busy && 'true',
      },
      ...body,
    ),
    footer && h('footer', null, ...footer),
  );
}

/** Moves reading to the panel after one pressed something elsewhere. */
export const focusTitle = () => byId('pt').focus({ preventScroll: true });

/** @param {string} title */
export function showLoading(title) {
  const bar = (/** @type {number[]} */ [x, y, width, height, rx]) =>
    s('rect', { x, y, width, height, rx });
  const rows = [0, 1, 2].flatMap((i) => [
    bar([0, 112 + i * 48, 32, 32, 10]),
    bar([46, 114 + i * 48, 180 - i * 30, 13, 4]),
    bar([46, 133 + i * 48, 120 + i * 24, 11, 4]),
  ]);
  const shapes = s(
    'svg',
    { class: 'norm sk0', viewBox: '0 0 348 250', 'aria-hidden': 'true' },
    s(
      'g',
      { fill: 'var(--surface-3)' },
      ...[0, 104, 208].flatMap((x) => [bar([x, 0, 72, 24, 6]), bar([x, 32, 28, 12, 4])]),
      bar([0, 74, 348, 10, 5]),
      ...rows,
    ),
  );
  show({
    title,
    sub: t('opening'),
    busy: true,
    body: [
      h('div', { class: 'sect', role: 'status' }, h('span', { class: 'vh' }, t('opening')), shapes),
    ],
  });
}

/** @param {string} title @param {unknown} error @param {() => void} retry */
export function showError(title, error, retry) {
  show({ title, body: [faultOf(error, retry)] });
}

/** What went wrong, what to do, and the next press. @param {unknown} error @param {() => void} retry */
export function faultOf(error, retry) {
  const known = error instanceof Problem ? error : null;
  if (!known) console.error(error);
  return h(
    'div',
    { class: 'vacant', role: 'alert' },
    h('span', { class: 'mark bad big' }, icon('warn', 'i-24')),
    h('h2', { class: 'title-s' }, known?.title ?? t('errorTitle')),
    h('p', { class: 'sec' }, known?.message ?? t('errorUnknown')),
    h(
      'div',
      { class: 'row wrap' },
      h(
        'button',
        { class: 'btn primary', type: 'button', click: retry },
        icon('sync'),
        t('tryAgain'),
      ),
      location.hash.length > 1 && h('a', { class: 'btn', href: '#' }, t('backToMap')),
    ),
    known && h('p', { class: 'small mut' }, codeLine(known)),
  );
}

/** @param {Problem} problem */
const codeLine = ({ code, instance }) =>
  // an address says nothing that the page does not say already
  instance && !instance.startsWith('/')
    ? t('errorCodeInstance', { code, instance })
    : t('errorCode', { code });

/** @param {string} title @param {Child} [aside] */
export const heading = (title, aside) =>
  h('h2', null, h('span', { class: 'strong' }, title), aside);

/** @param {string} title @param {Child[]} children */
export const section = (title, ...children) =>
  h('div', { class: 'sect' }, title && heading(title), ...children);

/** Figures in a row: number above, word below. @param {[n: string, word: string][]} pairs */
export const figures = (pairs) =>
  h(
    'dl',
    { class: 'figs' },
    ...pairs.map(([n, word]) => h('div', null, h('dt', null, word), h('dd', null, n))),
  );

/** @param {number} percent @param {string} kind @param {string} label */
export const meter = (percent, kind, label) =>
  s(
    'svg',
    {
      class: `meter ${kind}`,
      viewBox: '0 0 100 6',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    s('rect', { width: Math.max(0, Math.min(100, percent)), height: 6 }),
  );

/** @param {string} sign @param {string} kind @param {Child[]} text */
export const note = (sign, kind, ...text) =>
  h('p', { class: `note ${kind}`.trim() }, icon(sign), h('span', null, ...text));

/** @param {string} kind @param {string} sign @param {string} text */
export const tag = (kind, sign, text) =>
  h('span', { class: `tag ${kind}`.trim() }, icon(sign), text);

/** @param {string} to @param {string} text */
export const back = (to, text) =>
  h('a', { class: 'link', href: to }, icon('back', 'i-16'), h('span', null, written(text)));
