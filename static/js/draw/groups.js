// Giving a whole 组 to a grid: which groups there are, where they lie, and who gets one.
import { send } from '../api.js';
import { h } from '../dom.js';
import { number } from '../format.js';
import { note } from '../panels/frame.js';
import { t } from '../words.js';
import { slow } from './button.js';
import { carefully } from './carefully.js';
import { fold } from './fold.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('../contract').Group} Group */
/** @typedef {{open: boolean, found: Group[], of: object | null, known: boolean, name: string, to: string}} Grouped */

/** @returns {Grouped} */
export const noGroups = () => ({
  open: false,
  found: [],
  of: null,
  known: false,
  name: '',
  to: '',
});

const OWN = 'own';

/** Reads how the groups lie in what is drawn now; nothing is asked twice of one answer. @param {Workshop} shop */
async function read(shop) {
  const { desk, grouped } = shop;
  if (!desk?.now || desk.busy || grouped.of === desk.now) return;
  const mine = desk.now;
  grouped.of = mine;
  await carefully(shop, async () => {
    const { groups } = await send('POST', `/boundaries/${desk.village}/groups`, {
      acts: desk.acts,
    });
    if (grouped.of !== mine) return;
    grouped.found = groups;
    grouped.known = true;
    shop.show();
  });
}

/** @param {Workshop} shop */
async function move(shop) {
  const { desk, grouped } = shop;
  if (!desk) return;
  const { act } = await send('POST', `/boundaries/${desk.village}/group-moves`, {
    acts: desk.acts,
    group: grouped.name,
    to: grouped.to === OWN ? null : grouped.to,
  });
  grouped.name = '';
  await shop.do(act);
}

/** @param {string} name */
const called = (name) => t('groupName', { name });

/** @param {string[]} names */
export const groupNames = (names) => names.map(called).join(t('listComma'));

/** A group, its households, and where they lie. @param {Workshop} shop @param {Group} group */
function told(shop, { name, households, grids }) {
  const parts = Object.entries(grids).map(([code, n]) =>
    t('groupPart', { grid: shop.nameOf(code), n: number(n) }),
  );
  const outside = Object.values(grids).reduce((left, n) => left - n, households);
  if (outside > 0) parts.push(t('groupPart', { grid: t('noGrid'), n: number(outside) }));
  return t('groupWhole', {
    name: called(name),
    n: number(households),
    where: parts.join(t('listComma')) || t('noGrid'),
  });
}

/** @param {string} id @param {string} word @param {[value: string, text: string][]} choices @param {string} chosen @param {(value: string) => void} choose */
function choice(id, word, choices, chosen, choose) {
  const select = h(
    'select',
    { class: 'input', id },
    h('option', { value: '' }, t('chooseOne')),
    ...choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
  );
  select.addEventListener('change', () => choose(select.value));
  return h('label', { class: 'field' }, h('span', null, word), select);
}

/** @param {Workshop} shop */
export function grouping(shop) {
  const { desk, grouped } = shop;
  if (!desk || desk.readOnly || !desk.grids.length) return null;
  const { found, name, to } = grouped;
  if (grouped.open) read(shop);
  const go = slow(shop, {
    what: 'move',
    word: t('moveGroupNow'),
    doing: t('moveGroupDoing'),
    act: () => move(shop),
    off: !name || !to,
  });
  const set = (/** @type {'name' | 'to'} */ which) => (/** @type {string} */ value) => {
    grouped[which] = value;
    shop.tell();
  };
  const parted = found.filter(({ grids }) => Object.keys(grids).length > 1);
  return fold(
    { id: 'groups', word: t('moveGroup'), state: grouped, toggled: () => read(shop) },
    h(
      'div',
      { class: 'stack' },
      h('p', { class: 'small sec' }, t('moveGroupWhy')),
      parted.length > 0 &&
        note('info', '', t('groupsParted', { names: groupNames(parted.map((one) => one.name)) })),
      grouped.known && !found.length && note('info', '', t('noGroups')),
      found.length > 0 && [
        choice(
          'group',
          t('moveGroupWhich'),
          found.map((one) => [one.name, told(shop, one)]),
          name,
          set('name'),
        ),
        choice(
          'group-to',
          t('moveGroupTo'),
          [
            ...desk.grids.map(
              ({ code }) => /** @type {[string, string]} */ ([code, shop.nameOf(code)]),
            ),
            [OWN, t('giveOwn')],
          ],
          to,
          set('to'),
        ),
        go,
      ],
    ),
  );
}
