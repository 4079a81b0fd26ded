// The sheet's frame: title, four steps, what is in it, what can be pressed.
import { byId, fill, h, icon } from '../dom.js';
import { layerOf, titled } from '../model.js';
import { language } from '../prefs.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../dom.js').Child} Child */
/** @typedef {import('../contract').Import} Import */

/** @type {('stepFile' | 'stepColumns' | 'stepOutcome' | 'stepCommit')[]} */
const STEPS = ['stepFile', 'stepColumns', 'stepOutcome', 'stepCommit'];

/** @param {number} current */
const steps = (current) =>
  h(
    'ol',
    { class: 'steps', 'aria-label': t('steps') },
    ...STEPS.map((word, i) =>
      h(
        'li',
        { class: i < current && 'done', 'aria-current': i === current && 'step' },
        i < current ? icon('check', 'i-16') : h('b', null, i + 1),
        t(word),
      ),
    ),
  );

/** @param {string} layer */
const template = (layer) =>
  h(
    'a',
    {
      class: 'btn quiet desk-only',
      href: `/collections/${layer}/template.xlsx?lang=${language()}`,
      download: true,
    },
    icon('download'),
    h('span', null, t('template')),
  );

/** @param {() => void} close */
const closer = (close) =>
  h(
    'button',
    { class: 'iconbtn', type: 'button', 'aria-label': t('closeImport'), click: close },
    icon('close'),
  );

/** What is imported, in a heading. @param {string} id */
function titleOf(id) {
  const layer = layerOf(id);
  if (id === 'person' || !layer) return t('importPeople');
  return t('importLayer', { layer: titled(layer.title) });
}

/**
 * @param {{step: number, layer: string, body: Child[], footer?: Child[], close: () => void, keepScroll?: boolean}} content
 */
export function showSheet({ step, layer, body, footer, close, keepScroll = false }) {
  const sheet = byId('imports');
  const scrolled = keepScroll ? (sheet.querySelector('.body')?.scrollTop ?? 0) : 0;
  const inside = h(
    'div',
    { class: 'body', tabindex: '0', role: 'group', 'aria-label': t('importResult') },
    ...body,
  );
  fill(
    sheet,
    h(
      'header',
      null,
      h(
        'div',
        { class: 'row' },
        h('h1', { class: 'title grow', id: 'it', tabindex: '-1' }, titleOf(layer)),
        template(layer),
        closer(close),
      ),
      steps(step),
    ),
    inside,
    footer && h('footer', null, ...footer),
  );
  inside.scrollTop = scrolled;
}

/** @param {string} name @param {string} sub @param {Child} [end] */
export const fileCard = (name, sub, end) =>
  h(
    'div',
    { class: 'filecard' },
    h('span', { class: 'mark ok' }, icon('file')),
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong clip' }, written(name)),
      h('p', { class: 'sub' }, sub),
    ),
    end,
  );

/** @param {number} [bytes] unknown for an import of long ago */
export function size(bytes) {
  if (!bytes) return '';
  return bytes >= 1e6
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
