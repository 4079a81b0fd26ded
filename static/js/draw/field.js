// What a phone has under its thumb: the cross, walking, dragging, and the button that sets a corner.
import { byId, h, icon, onPhone, refill } from '../dom.js';
import { number } from '../format.js';
import { note, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { setSheet } from '../sheet.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { once } from './carefully.js';
import { GATE_M } from './corners.js';
import { isJudging } from './cross.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {'cross' | 'walk' | 'hand'} Hand */

/** @type {[hand: Hand, sign: string, word: any][]} */
const HANDS = [
  ['cross', 'cross', 'handCross'],
  ['walk', 'walk', 'handWalk'],
  ['hand', 'hand', 'handDrag'],
];

/** @param {Workshop} shop */
const segment = (shop) =>
  h(
    'div',
    { class: 'seg full', role: 'radiogroup', 'aria-label': t('howToDraw') },
    ...HANDS.map(([hand, sign, word]) =>
      h(
        'button',
        {
          type: 'button',
          role: 'radio',
          'aria-checked': String(shop.hand === hand),
          click: () => takeHand(shop, hand),
        },
        icon(sign, 'i-16'),
        t(word),
      ),
    ),
  );

/** @param {Workshop} shop @param {Hand} hand */
function takeHand(shop, hand) {
  shop.hand = hand;
  if (hand === 'walk') shop.corners.walk();
  else if (shop.corners.walking) shop.corners.pause();
  shop.take(hand === 'hand' ? 'nodes' : 'select');
}

/** @param {Workshop} shop */
const uses = (shop) =>
  h(
    'div',
    { class: 'seg', role: 'radiogroup', 'aria-label': t('whatToDraw') },
    ...[
      /** @type {const} */ (['shape', 'useShape']),
      /** @type {const} */ (['split', 'useSplit']),
    ].map(([use, word]) =>
      h(
        'button',
        {
          type: 'button',
          role: 'radio',
          'aria-checked': String(shop.use === use),
          click: () => {
            shop.use = use;
            shop.show();
          },
        },
        t(word),
      ),
    ),
  );

/** How well the place is known, in bars and in words. @param {Workshop} shop */
function signal({ corners }) {
  const { state, accuracy } = corners;
  const bars = state === 'good' ? (accuracy && accuracy <= 5 ? 4 : 3) : state === 'poor' ? 1 : 0;
  const words = {
    off: t('walkOff'),
    waiting: t('walkWaiting'),
    good: t('walkGood', { m: Math.round(accuracy ?? 0) }),
    poor: t('walkPoor', { m: Math.round(accuracy ?? 0), gate: GATE_M }),
    denied: t('noPlace'),
    paused: t('walkPaused'),
  };
  return h(
    'div',
    { class: 'gps', role: 'status' },
    h(
      'span',
      { class: 'bars', 'aria-hidden': 'true' },
      ...[1, 2, 3, 4].map((n) => h('i', { class: n <= bars ? '' : 'off' })),
    ),
    h(
      'span',
      null,
      h('b', { class: 'strong' }, words[state]),
      h(
        'span',
        { class: 'sub' },
        t('walked', { m: number(Math.round(corners.walkedMetres)), n: corners.list.length }),
      ),
    ),
  );
}

/** @param {string} sign @param {string} label @param {() => unknown} press @param {boolean} [off] @param {string} [look] */
const iconButton = (sign, label, press, off = false, look = 'btn icon') =>
  h(
    'button',
    {
      class: look,
      type: 'button',
      'aria-label': label,
      title: label,
      disabled: off,
      click: press,
    },
    icon(sign),
  );

/** @param {string} sign @param {string} label @param {() => unknown} press @param {boolean} off */
const flat = (sign, label, press, off) => iconButton(sign, label, press, off, 'iconbtn');

/** @param {Workshop} shop */
function mainButton(shop) {
  const { corners } = shop;
  if (shop.hand === 'cross')
    return h(
      'button',
      {
        class: 'btn primary grow tall',
        type: 'button',
        id: 'corner',
        click: () => corners.add(shop.underCross().at),
      },
      icon('plus'),
      t('cornerHere'),
    );
  return h(
    'button',
    {
      class: 'btn primary grow tall',
      type: 'button',
      id: 'corner',
      disabled: !corners.walking,
      click: () => corners.here(),
    },
    icon('pin'),
    t('cornerWhereIStand'),
  );
}

/** @param {Workshop} shop */
function setting(shop) {
  const { corners, use } = shop;
  const enough = corners.list.length >= (use === 'split' ? 2 : 3);
  return [
    shop.hand === 'walk' && signal(shop),
    h('div', { class: 'row acts' }, uses(shop), h('span', { class: 'grow' }), enough && done(shop)),
    h(
      'div',
      { class: 'row acts' },
      iconButton('undo', t('cornerBack'), () => corners.back(), !corners.list.length),
      mainButton(shop),
      shop.hand === 'walk'
        ? pause(shop)
        : iconButton('trash', t('cornersAway'), () => shop.discard(), !corners.list.length),
    ),
  ];
}

/** @param {Workshop} shop */
const done = (shop) =>
  h(
    'button',
    { class: 'btn ok', type: 'button', id: 'cornersdone', click: () => shop.finishCorners() },
    icon('check'),
    t('cornersDone'),
  );

/** @param {Workshop} shop */
const pause = ({ corners }) =>
  h(
    'button',
    {
      class: 'btn',
      type: 'button',
      id: 'walkpause',
      click: () => (corners.walking ? corners.pause() : corners.walk()),
    },
    t(corners.walking ? 'walkPause' : 'walkResume'),
  );

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
const dragging = (shop) =>
  h(
    'div',
    { class: 'row acts' },
    h('span', { class: 'small sec grow' }, t('hintNodes')),
    iconButton('trash', t('toolDrop'), () => shop.dropNode(), !shop.node),
  );

/** @param {Workshop} shop */
export function drawField(shop) {
  const off = shop.desk?.readOnly === true;
  refill(byId('fieldtop'), top(shop));
  refill(
    byId('field'),
    unable(shop),
    summary(shop),
    !off && (shop.hand === 'hand' ? dragging(shop) : setting(shop)),
    !off && segment(shop),
  );
  if (byId('stage').classList.contains('detailed')) return;
  const { offsetHeight } = byId('field');
  if (offsetHeight) byId('stage').style.setProperty('--sheet', `${offsetHeight}px`);
}
