// Lists of what waits: not placed, in no grid, at odds with the register.
import { get, send } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { number } from '../format.js';
import { model, townName, villageName } from '../model.js';
import { address, go, goInstead } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { back, faultOf, note } from './frame.js';

/** @typedef {import('../contract').WorklistItem} Item */
/** @typedef {import('../contract').Worklist} Worklist */
/** @typedef {'unplaced' | 'unassigned' | 'contradictions' | 'doubles'} Kind */

/** @type {Kind[]} */
const KINDS = ['unplaced', 'unassigned', 'contradictions', 'doubles'];
const PAGE = 50;

/** Some lists name a grid or village by its code, which the reason says in words. @param {Item} item */
const detailOf = ({ subtitle, village_name }) =>
  !subtitle || /^\d{12,15}$/.test(subtitle) ? village_name : subtitle;

/** Says that the person lives where this record is; the others of its ID number moved out. @param {Item} item */
function livesHere(item) {
  const press = h('button', { class: 'btn', type: 'button' }, t('livesHere'));
  press.addEventListener('click', async () => {
    press.disabled = true;
    try {
      await send('POST', '/worklists/doubles/decisions', { lives: item.id });
      announce(t('livesHereDone'));
      goInstead('worklist', 'doubles');
    } catch (error) {
      announce(error instanceof Error ? error.message : t('errorUnknown'));
      press.disabled = false;
    }
  });
  return press;
}

/** @param {Kind} kind @returns {(item: Item) => HTMLElement} */
const rowOf = (kind) => (item) =>
  h(
    'li',
    null,
    h(
      'a',
      { href: address(item.layer, item.id) },
      h(
        'span',
        { class: 'txt' },
        h('b', null, written(item.title)),
        h('small', null, written(detailOf(item) ?? '')),
        h('small', { class: 'warn' }, item.reason),
      ),
      item.people > 0 &&
        h('span', { class: 'num sec' }, t('peopleCount', { n: number(item.people) })),
      icon('chev', 'i-16 mut'),
    ),
    kind === 'doubles' && livesHere(item),
  );

/** @param {Kind} current @param {string} village */
const tabs = (current, village) =>
  h(
    'nav',
    { class: 'seg full', 'aria-label': t('navLists') },
    ...KINDS.map((kind) =>
      h(
        'a',
        {
          href: `${address('worklist', kind)}${village ? `&village=${village}` : ''}`,
          'aria-current': kind === current && 'page',
        },
        t(`${kind}Tab`),
        ' ',
        number(model.town?.counts[kind] ?? 0),
      ),
    ),
  );

/** @param {Kind} kind @param {string} village */
function villageFilter(kind, village) {
  const select = h(
    'select',
    { class: 'input', 'aria-label': t('onlyVillage') },
    h('option', { value: '' }, t('allVillages')),
    ...(model.town?.villages ?? []).map((v) =>
      h('option', { value: v.code, selected: v.code === village, translate: 'no' }, villageName(v)),
    ),
  );
  select.addEventListener('change', () => {
    const part = select.value ? `&village=${select.value}` : '';
    location.hash = `${address('worklist', kind)}${part}`;
  });
  return select;
}

/** @param {Kind} kind @param {string} village @param {number} [after] @returns {Promise<Worklist>} */
const page = (kind, village, after) => get(`/worklists/${kind}`, { village, after, limit: PAGE });

/** @param {Kind} kind @param {string} village @param {Worklist} first */
function list(kind, village, first) {
  const rows = h('ul', { class: 'list flushlist' }, ...first.items.map(rowOf(kind)));
  const foot = h('div', { class: 'sect' });
  /** @param {number | null} next */
  const offer = (next) => {
    const more = async () => {
      try {
        const following = await page(kind, village, next ?? 0);
        rows.append(...following.items.map(rowOf(kind)));
        announce(t('rowsShown', { n: rows.childElementCount }));
        offer(following.next);
      } catch (error) {
        fill(foot, faultOf(error, more));
      }
    };
    fill(
      foot,
      next && h('button', { class: 'btn wide', type: 'button', click: more }, t('showMore')),
    );
    foot.hidden = !next;
  };
  offer(first.next);
  return [rows, foot];
}

/** @param {string} value @returns {Promise<import('./frame.js').Content & import('./index.js').Place>} */
export async function worklistContent(value) {
  const kind = KINDS.find((k) => k === value) ?? 'unplaced';
  const village = new URLSearchParams(location.hash.slice(1)).get('village') ?? '';
  const first = await page(kind, village);
  if (!KINDS.some((k) => k === value)) go('worklist', kind);
  return {
    title: t(`${kind}Title`),
    crumb: back('#', model.town ? townName(model.town) : ''),
    sub: t(`${kind}Why`),
    body: [
      h('div', { class: 'sect stack' }, tabs(kind, village), villageFilter(kind, village)),
      ...(first.total
        ? list(kind, village, first)
        : [h('div', { class: 'sect' }, note('check', 'ok', t(`${kind}None`)))]),
    ],
    selected: village ? { layer: 'village', code: village } : null,
    bounds: model.town?.villages.find((v) => v.code === village)?.bounds,
  };
}
