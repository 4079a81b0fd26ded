// The tools over the map, and the line under it that says what the one in hand does.
import { byId, fill, h, icon, refill } from '../dom.js';
import { t } from '../words.js';
import { isJudging } from './cross.js';

/** @typedef {'select' | 'nodes' | 'shape' | 'split' | 'merge'} Tool */
/** @typedef {import('./workshop.js').Workshop} Workshop */

/** @type {[tool: Tool, sign: string, key: string, word: any, hint: any][]} */
export const TOOLS = [
  ['select', 'cursor', 'v', 'toolSelect', 'hintSelect'],
  ['nodes', 'draw', 'n', 'toolNodes', 'hintNodes'],
  ['shape', 'plus', 'd', 'toolShape', 'hintShape'],
  ['split', 'split', 's', 'toolSplit', 'hintSplit'],
  ['merge', 'merge', 'm', 'toolMerge', 'hintMerge'],
];

/**
 * @param {{sign: string, label: string, press: () => void, pressed?: boolean, off?: boolean, id?: string}} one
 */
const button = ({ sign, label, press, pressed, off, id }) =>
  h(
    'button',
    {
      type: 'button',
      id,
      title: label,
      'aria-label': label,
      'aria-pressed': pressed === undefined ? null : String(pressed),
      'aria-disabled': off && 'true', // it keeps the keyboard
      click: () => off || press(),
    },
    icon(sign),
  );

/** @param {string} word @param {string} key */
const named = (word, key) => t('toolKey', { tool: word, key: key.toUpperCase() });

/** @param {Workshop} shop */
export function drawToolbar(shop) {
  const { desk, pens } = shop;
  if (!desk || !pens) return;
  const off = desk.readOnly;
  refill(
    byId('tools'),
    h(
      'div',
      { class: 'ctl h' },
      TOOLS.map(([tool, sign, key, word]) =>
        button({
          sign,
          label: named(t(word), key),
          pressed: shop.tool === tool,
          off: off && tool !== 'select',
          press: () => shop.take(tool),
        }),
      ),
    ),
    h(
      'div',
      { class: 'ctl h' },
      button({
        sign: 'snap',
        label: t('toolSnap'),
        pressed: pens.snaps,
        press: () => shop.snap(!pens.snaps),
      }),
      button({
        sign: 'trash',
        label: named(t('toolDrop'), 'Del'),
        off: off || !shop.node,
        press: () => shop.dropNode(),
      }),
    ),
    h(
      'div',
      { class: 'ctl h' },
      button({
        sign: 'undo',
        label: named(t('undo'), 'Z'),
        off: !desk.canUndo,
        press: () => shop.undo(),
      }),
      button({
        sign: 'redo',
        label: named(t('redo'), 'Y'),
        off: !desk.canRedo,
        press: () => shop.redo(),
      }),
    ),
  );
  drawHint(shop);
}

/** What to do now. @param {Workshop} shop */
function hint(shop) {
  const { desk, tool, merging } = shop;
  if (isJudging(shop)) return t('hintJudge');
  if (desk?.readOnly) return t(desk.draft?.state === 'submitted' ? 'hintReadOnly' : 'onlyLooking');
  if (tool === 'merge' && merging) return t('hintMergeSecond');
  const [, , , , word] = TOOLS.find(([name]) => name === tool) ?? TOOLS[0];
  return t(word);
}

/** @param {Workshop} shop */
function drawHint(shop) {
  fill(
    byId('hint'),
    h('span', null, hint(shop)),
    (shop.desk?.now?.moved.length ?? 0) > 0 && [
      h('span', { class: 'sep', 'aria-hidden': 'true' }),
      h('i', { class: 'dot-moved', 'aria-hidden': 'true' }),
      h('span', null, t('legendMoved')),
    ],
  );
}
