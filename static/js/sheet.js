// On a phone the panel is a sheet with three rests; it is dragged, or moved by its handle button.
import { byId, h, onPhone } from './dom.js';
import { t } from './words.js';

/** @typedef {'peek' | 'half' | 'full'} Rest */

/** @type {Record<Rest, Rest>} */
const NEXT = { peek: 'half', half: 'full', full: 'peek' };

/** @type {Rest} */
let rest = 'half';

/** @param {Rest} which @returns {number} */
function height(which) {
  const room = byId('stage').clientHeight;
  return { peek: 148, half: Math.round(room * 0.46), full: Math.round(room * 0.86) }[which];
}

const stage = () => byId('stage').style;

/** @param {Rest} which */
export function setSheet(which) {
  rest = which;
  const working =
    byId('stage').classList.contains('work') && !byId('stage').classList.contains('detailed');
  if (!onPhone() || working) return;
  stage().setProperty('--sheet', `${height(which)}px`);
  const grab = byId('grab');
  grab.setAttribute('aria-expanded', String(which !== 'peek'));
  grab.setAttribute('aria-label', which === 'full' ? t('sheetDown') : t('sheetUp'));
}

/** @param {number} size @returns {Rest} */
function nearest(size) {
  const rests = /** @type {Rest[]} */ (['peek', 'half', 'full']);
  const far = (/** @type {Rest} */ which) => Math.abs(height(which) - size);
  return rests.reduce((best, which) => (far(which) < far(best) ? which : best));
}

/** @param {PointerEvent} start @param {HTMLElement} grab */
function drag(start, grab) {
  const from = byId('panel').clientHeight;
  let size = from;
  grab.setPointerCapture(start.pointerId);
  byId('stage').dataset.dragging = '1';
  const move = (/** @type {PointerEvent} */ e) => {
    size = Math.max(96, Math.min(from + start.clientY - e.clientY, height('full')));
    stage().setProperty('--sheet', `${size}px`);
  };
  const end = () => {
    grab.removeEventListener('pointermove', move);
    delete byId('stage').dataset.dragging;
    const moved = Math.abs(size - from) > 8;
    setSheet(moved ? nearest(size) : NEXT[rest]);
  };
  grab.addEventListener('pointermove', move);
  grab.addEventListener('pointerup', end, { once: true });
  grab.addEventListener('pointercancel', end, { once: true });
}

/** The handle. @returns {HTMLButtonElement} */
export function grabHandle() {
  const grab = h('button', { id: 'grab', class: 'grab', type: 'button', 'aria-expanded': 'true' });
  grab.setAttribute('aria-label', t('sheetUp'));
  grab.setAttribute('aria-controls', 'panel');
  grab.addEventListener('pointerdown', (e) => drag(e, grab));
  // a press by key or by a reading aid comes without a pointer
  grab.addEventListener('click', (e) => e.detail === 0 && setSheet(NEXT[rest]));
  return grab;
}

export function followWindow() {
  addEventListener('resize', () => setSheet(rest));
  setSheet(rest);
}
