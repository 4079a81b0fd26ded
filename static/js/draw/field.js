// What a phone shows of the workshop: a bar at the top, and a field over the map with what is drawn.
import { byId, h, icon, onPhone, refill } from '../dom.js';
import { number } from '../format.js';
import { note, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { setSheet } from '../sheet.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { iconButton } from './button.js';
import { once } from './carefully.js';
import { isJudging } from './cross.js';
import { underThumb } from './thumb.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** What is drawn, in one line: households of the piece or the grid, and what is wrong. @param {Workshop} shop */
function summary(shop) {
  const { desk } = shop;
  const grid = shop.chosen ? desk?.grid(shop.chosen) : undefined;
  const piece = shop.piece.found?.counts;
  const n = (piece ?? grid?.counts)?.households ?? 0;
  const faults = desk?.now?.faults.length ?? 0;
  return h(
    'div',
    { class: 'row minirow' },
    h(
      'span',
      { class: 'big' },
      h('b', null, number(n)),
      ' ',
      t(piece ? 'householdsInPiece' : 'householdsUnit', { n }),
    ),
    desk && desk.acts.length > 0 && faults === 0 && tag('ok', 'check', t('noFaults')),
    faults > 0 && tag('bad', 'warn', t('faultsCount', { n: faults })),
    h('span', { class: 'grow' }),
    h(
      'button',
      {
        class: isJudging(shop) ? 'btn sm primary' : 'btn sm',
        type: 'button',
        id: 'details',
        click: () => showDetails(true),
      },
      t(isJudging(shop) ? 'judgeIt' : 'details'),
    ),
  );
}

/** On a phone the panel opens over the map when it is asked for. @param {boolean} open */
export function showDetails(open) {
  byId('stage').classList.toggle('detailed', open);
  if (!onPhone()) return;
  if (open) {
    setSheet('full');
    byId('pt').focus({ preventScroll: true });
  }
}

/** @param {string} sign @param {string} label @param {() => unknown} press @param {boolean} off */
const flat = (sign, label, press, off) => iconButton(sign, label, press, off, 'iconbtn');

/** How far the draft has come, in a word. @param {Workshop} shop */
function howFar({ desk }) {
  if (desk?.draft?.state === 'submitted') return t('stateSubmitted');
  if (!desk?.acts.length) return t('nothingDrawn');
  return t(desk.kept ? 'draftKept' : 'draftUnkept');
}

/** Why the last stroke or press could not be, where the panel is out of sight. @param {Workshop} shop */
function unable(shop) {
  const { desk, problem } = shop;
  if (desk?.refused) return note('warn', 'bad', shop.said(desk.refused));
  const one = problem ?? desk?.problem;
  return one && note('warn', 'bad', one.code === 'offline' ? t('drawnOffline') : one.message);
}

/** The bar at the top: back, what is drawn, undo, redo, keep. @param {Workshop} shop */
function top(shop) {
  const { desk } = shop;
  const keeps = desk?.acts.length && !desk.readOnly;
  const title = shop.chosen ? shop.nameOf(shop.chosen) : (desk?.inForce.name ?? '');
  return h(
    'div',
    { class: 'mobtop' },
    h(
      'a',
      {
        class: 'iconbtn',
        href: address('village', desk?.village),
        'aria-label': t('leaveDrawing'),
      },
      icon('close'),
    ),
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong' }, written(title)),
      h('span', { class: 'sub' }, howFar(shop)),
    ),
    flat('undo', t('undo'), () => shop.undo(), !desk?.canUndo),
    flat('redo', t('redo'), () => shop.redo(), !desk?.canRedo),
    flat('save', t('keepDraft'), () => once(shop, 'keep', () => shop.keep()), !keeps),
  );
}

/** @param {Workshop} shop */
export function drawField(shop) {
  const off = shop.desk?.readOnly === true;
  refill(byId('fieldtop'), top(shop));
  refill(byId('field'), unable(shop), summary(shop), ...(off ? [] : underThumb(shop)));
  if (byId('stage').classList.contains('detailed')) return;
  const { offsetHeight } = byId('field');
  if (offsetHeight) byId('stage').style.setProperty('--sheet', `${offsetHeight}px`);
}
