// What a phone has under its thumb: the cross, walking, dragging, merging, and the button that sets a corner.
import { h, icon } from '../dom.js';
import { number } from '../format.js';
import { t } from '../words.js';
import { iconButton } from './button.js';
import { GATE_M } from './corners.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {'cross' | 'walk' | 'hand' | 'merge'} Hand */

/** @type {[hand: Hand, sign: string, word: any][]} */
const HANDS = [
  ['cross', 'cross', 'handCross'],
  ['walk', 'walk', 'handWalk'],
  ['hand', 'hand', 'handDrag'],
  ['merge', 'merge', 'handMerge'],
];

/** @type {Record<Hand, import('./toolbar.js').Tool>} */
const TOOL = { cross: 'select', walk: 'select', hand: 'nodes', merge: 'merge' };

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
  shop.take(TOOL[hand]);
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
        click: () => shop.setCorner(),
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

/** Grids are merged by pressing them on the map. @param {Workshop} shop */
const merging = (shop) =>
  h(
    'p',
    { class: 'small sec acts', role: 'status' },
    t(shop.merging ? 'hintMergeSecond' : 'hintMerge'),
  );

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

/** @param {Workshop} shop */
const dragging = (shop) =>
  h(
    'div',
    { class: 'row acts' },
    h('span', { class: 'small sec grow' }, t('hintNodes')),
    iconButton('trash', t('toolDrop'), () => shop.dropNode(), !shop.node),
  );

/** @type {Record<Hand, (shop: Workshop) => import('../dom.js').Child>} */
const UNDER_THUMB = { cross: setting, walk: setting, hand: dragging, merge: merging };

/** What there is to press for the way one draws, and the ways. @param {Workshop} shop @returns {import('../dom.js').Child[]} */
export const underThumb = (shop) => [UNDER_THUMB[shop.hand](shop), segment(shop)];
