// Grids to begin with: how many, and what they follow.
import { send } from '../api.js';
import { h } from '../dom.js';
import { note } from '../panels/frame.js';
import { t } from '../words.js';
import { slow } from './button.js';
import { fold } from './fold.js';
import { groupNames } from './groups.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {{open: boolean, grids: number, groups: boolean, drawn: boolean, lines: boolean, parted: string[], acts: number}} Asked */

/** @returns {Asked} */
export const nothingAsked = () => ({
  open: false,
  grids: 0, // until the village is seen
  groups: false,
  drawn: false,
  lines: true,
  parted: [],
  acts: 0,
});

/** The lines of a file, once it is known where they lie. @param {import('./bringing.js').Brought} brought */
const linesOf = ({ found }) => (found && !found.shift ? found.lines : []);

/** @param {string} id @param {string} word @param {boolean} on @param {(on: boolean) => void} flip */
function option(id, word, on, flip) {
  const node = h(
    'button',
    { class: 'switch', id, role: 'switch', type: 'button', 'aria-checked': String(on) },
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
async function ask(shop) {
  const { desk, asked, brought } = shop;
  const found = await send('POST', `/boundaries/${desk?.village}/proposals`, {
    grids: asked.grids,
    whole_groups: asked.groups,
    drawn_lines: asked.drawn,
    lines: asked.lines ? linesOf(brought) : [],
  });
  // one proposal after another is a look at several, not an act on the first
  await shop.do(found.act, { instead: isLast(shop) });
  asked.parted = asked.groups ? found.parted : [];
  asked.acts = shop.desk?.acts.length ?? 0;
}

/** Whether the last act is a proposal. @param {Workshop} shop */
const isLast = ({ asked, desk }) => asked.acts > 0 && asked.acts === desk?.acts.length;

/** The groups that could not stay whole, as long as the proposal is the last act. @param {Workshop} shop */
const parted = (shop) =>
  shop.asked.parted.length > 0 &&
  isLast(shop) &&
  note('info', 'warn', t('proposalParted', { names: groupNames(shop.asked.parted) }));

/** @param {Workshop} shop */
export function proposing(shop) {
  const { desk, asked, brought } = shop;
  if (!desk || desk.readOnly) return null;
  if (!asked.grids) {
    asked.grids = Math.max(1, desk.inForce.grids.length);
    asked.open ||= !desk.inForce.grids.length;
  }
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
  return fold(
    { id: 'propose', word: t('propose'), state: asked },
    h('p', { class: 'small sec' }, t('proposeWhy')),
    h(
      'div',
      { class: 'options' },
      option('propose-groups', t('proposeGroups'), asked.groups, (on) => {
        asked.groups = on;
      }),
      option('propose-drawn', t('proposeDrawn'), asked.drawn, (on) => {
        asked.drawn = on;
      }),
      lines > 0 &&
        option('propose-lines', t('proposeLines', { n: lines }), asked.lines, (on) => {
          asked.lines = on;
        }),
    ),
    h(
      'div',
      { class: 'row' },
      h('label', { class: 'field' }, h('span', null, t('proposeCount')), grids),
      slow(shop, {
        what: 'propose',
        word: t('proposeNow'),
        doing: t('proposeDoing'),
        act: () => ask(shop),
      }),
    ),
    parted(shop),
  );
}
