// Grids to begin with: how many, and what they follow.
import { send } from '../api.js';
import { h, icon } from '../dom.js';
import { t } from '../words.js';
import { carefully } from './carefully.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {{open: boolean, grids: number, groups: boolean, drawn: boolean, lines: boolean}} Asked */

/** @returns {Asked} */
export const nothingAsked = () => ({
  open: false,
  grids: 0,
  groups: false,
  drawn: false,
  lines: true,
});

/** The lines of a file, once it is known where they lie. @param {import('./bringing.js').Brought} brought */
const linesOf = ({ found }) => (found && !found.shift ? found.lines : []);

/** @param {string} word @param {boolean} on @param {(on: boolean) => void} flip */
function option(word, on, flip) {
  const node = h(
    'button',
    { class: 'switch', role: 'switch', type: 'button', 'aria-checked': String(on) },
    h('span', { class: 'grow' }, word),
    h('span', { class: 'sw' }),
  );
  node.addEventListener('click', () => {
    const now = node.getAttribute('aria-checked') !== 'true';
    node.setAttribute('aria-checked', String(now));
    flip(now);
  });
  return node;
}

/** @param {Workshop} shop */
const ask = (shop) =>
  carefully(shop, async () => {
    const { desk, asked, brought } = shop;
    const found = await send('POST', `/boundaries/${desk?.village}/proposals`, {
      grids: asked.grids,
      whole_groups: asked.groups,
      drawn_lines: asked.drawn,
      lines: asked.lines ? linesOf(brought) : [],
    });
    await shop.do(found.act);
  });

/** @param {Workshop} shop */
export function proposing(shop) {
  const { desk, asked, brought } = shop;
  if (!desk || desk.readOnly) return null;
  asked.grids ||= Math.max(1, desk.inForce.grids.length);
  const grids = h('input', {
    class: 'input',
    id: 'proposed',
    type: 'number',
    min: 1,
    max: 60,
    inputmode: 'numeric',
    value: asked.grids,
  });
  grids.addEventListener('input', () => {
    asked.grids = Number(grids.value);
  });
  const lines = linesOf(brought).length;
  const details = h(
    'details',
    { class: 'sect', id: 'propose', open: asked.open || !desk.inForce.grids.length },
    h('summary', { class: 'strong' }, t('propose')),
    h('p', { class: 'small sec' }, t('proposeWhy')),
    h(
      'div',
      { class: 'options' },
      option(t('proposeGroups'), asked.groups, (on) => {
        asked.groups = on;
      }),
      option(t('proposeDrawn'), asked.drawn, (on) => {
        asked.drawn = on;
      }),
      lines > 0 &&
        option(t('proposeLines', { n: lines }), asked.lines, (on) => {
          asked.lines = on;
        }),
    ),
    h(
      'div',
      { class: 'row' },
      h('label', { class: 'field' }, h('span', null, t('proposeCount')), grids),
      h(
        'button',
        { class: 'btn', type: 'button', click: () => ask(shop) },
        icon('grid'),
        t('proposeNow'),
      ),
    ),
  );
  details.addEventListener('toggle', () => {
    asked.open = details.open;
  });
  return details;
}
