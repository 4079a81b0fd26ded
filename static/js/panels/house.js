// A house: where it is, and the people in it, household by household.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { codeName, masked, number } from '../format.js';
import { gridName, gridOf, itemOf, layerOf, villageName, villageOf } from '../model.js';
import { language } from '../prefs.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { middleOf } from './bounds.js';
import { factsOf } from './facts.js';
import { back, heading, note, tag } from './frame.js';

/** @typedef {import('../contract').Feature} Feature */
/** @typedef {import('../contract').Properties} Properties */

const HEAD = '02';
const HOW = new Set(['covers', 'edge', 'nearest', 'hand']);
const IN_TITLE = new Set(['door', 'address_key', 'grid_claimed', 'group']);

/** @param {string} name @param {unknown} code */
function personCode(name, code) {
  const field = layerOf('person')?.fields.find((f) => f.name === name);
  return field && code ? codeName(String(code), field) : '';
}

/** @param {Properties} person */
function oneLine({ sex, age: years, residence_match, workplace }) {
  const parts = [
    personCode('sex', sex),
    Number.isInteger(years) && t('yearsOld', { n: years }),
    residence_match === '02' ? t('registeredElsewhere') : '',
    workplace,
  ];
  return parts.filter(Boolean).join(t('comma'));
}

/** @param {Properties} person */
function status({ deceased, moved_out }) {
  if (deceased) return tag('', 'info', t('deceased'));
  return moved_out ? tag('', 'info', t('movedOut')) : null;
}

/** @param {Properties} person @param {boolean} isFirst */
function member(person, isFirst) {
  const isHead = person.relation === HEAD;
  const code = personCode('relation', person.relation);
  const relation = language() === 'en' ? code : person.relation_text || code;
  const name = String(person.name ?? t('nameless'));
  return h(
    'li',
    null,
    h(
      'span',
      { class: `ava ${isHead || isFirst ? 'a1' : 'a2'}`, 'aria-hidden': 'true' },
      written([...name][0]),
    ),
    h(
      'div',
      { class: 'grow' },
      h(
        'p',
        { class: 'row wrap' },
        h('b', { class: 'strong' }, written(name)),
        isHead
          ? h('span', { class: 'tag plain act' }, t('head'))
          : h('span', { class: 'mut small' }, relation),
        status(person),
      ),
      h('p', { class: 'sub' }, written(oneLine(person))),
      h(
        'p',
        { class: 'row wrap idrow' },
        person.id_number && masked(person.id_number),
        person.phone &&
          h('span', { class: 'row' }, icon('phone', 'i-16 mut'), masked(person.phone)),
      ),
    ),
  );
}

/** @param {Properties[]} people @returns {Properties[][]} */
function households(people) {
  /** @type {Map<string, Properties[]>} */
  const groups = new Map();
  for (const person of people) {
    const key = String(person.household ?? person.household_no ?? '');
    groups.set(key, [...(groups.get(key) ?? []), person]);
  }
  const rank = (/** @type {Properties} */ p) => (p.relation === HEAD ? 0 : 1);
  return [...groups.values()].map((group) => [...group].sort((a, b) => rank(a) - rank(b)));
}

/** @param {Properties[]} group @param {number} i @param {Properties[][]} all */
function household(group, i, all) {
  const title =
    all.length > 1
      ? t('householdNth', { i: i + 1, n: group.length })
      : t('householdOne', { n: group.length });
  const together = group.every((p) => p.residence_match === '01');
  return h(
    'div',
    { class: 'sect' },
    heading(title, together && h('span', { class: 'mut' }, t('livesWhereRegistered'))),
    h('ul', { class: 'members' }, ...group.map((person, k) => member(person, k === 0))),
  );
}

/** @param {number} n */
const children = (n) =>
  n > 0 &&
  h(
    'div',
    { class: 'sect' },
    h(
      'ul',
      { class: 'members' },
      h(
        'li',
        null,
        h('span', { class: 'ava a0', 'aria-hidden': 'true' }, icon('lock', 'i-16')),
        h(
          'div',
          { class: 'grow' },
          h('p', { class: 'sec' }, t('under14', { n })),
          h('p', { class: 'sub' }, t('under14Why')),
        ),
      ),
    ),
  );

/** Another grid than the point's, where a register named one. @param {Feature} house @param {Feature[]} people */
async function claimedGrid(house, people) {
  const own = house.properties.grid;
  const codes = people.map(({ properties }) => String(properties.grid_claimed ?? ''));
  const other = codes.find((code) => code.length === 15 && own && code !== own);
  if (!other) return '';
  const grid = await gridOf(other);
  return grid ? `${grid.properties.village_name ?? ''} ${gridName(grid.properties)}`.trim() : other;
}

/** @param {Feature} house @param {string} claimed */
function todo({ geometry, properties }, claimed) {
  return [
    !geometry && note('pin', 'warn', t('houseUnplaced')),
    geometry && !properties.grid && note('cross', 'warn', t('houseUnassigned')),
    claimed && note('warn', 'warn', t('houseContradicts', { claimed })),
  ].filter(Boolean);
}

/** @param {Feature[]} found */
function residents(found) {
  const open = found.filter((f) => !f.properties.secret).map((f) => f.properties);
  const hidden = found.length - open.length;
  if (!found.length) return [h('div', { class: 'sect' }, note('people', '', t('nobody')))];
  return [...households(open).map(household), children(hidden)];
}

/** @param {Feature} house */
async function whereIs({ properties }) {
  const village = villageOf(properties.village);
  const grid = properties.grid ? await gridOf(properties.grid) : null;
  const villageText = village ? villageName(village) : '';
  return { grid, village, text: `${villageText}${grid ? ` ${gridName(grid.properties)}` : ''}` };
}

/** @param {string} id @returns {Promise<import('./frame.js').Content & import('./index.js').Place>} */
export async function houseContent(id) {
  const [house, people] = await Promise.all([
    itemOf('house', id),
    get('/collections/person/items', { house: id, limit: 500 }),
  ]);
  const { grid, village, text } = await whereIs(house);
  const { door, address: written, assigned_how } = house.properties;
  const todos = todo(house, await claimedGrid(house, people.features));
  const title = door || written || t('house');
  const how = HOW.has(assigned_how) ? t(`how_${/** @type {'covers'} */ (assigned_how)}`) : '';
  const crumb = grid
    ? back(address('grid', grid.properties.code), text)
    : back(village ? address('village', village.code) : '#', text || t('backToMap'));
  return {
    title,
    crumb,
    tag: house.geometry ? tag('ok', 'pin', t('placed')) : tag('warn', 'pin', t('unplaced')),
    sub: [
      t('peopleHere', { n: number(people.features.length) }),
      how ? `${t('comma')}${how}` : '',
    ].join(''),
    body: [
      todos.length > 0 && h('div', { class: 'sect stack' }, ...todos),
      ...residents(people.features),
      factsOf('house', house.properties, IN_TITLE),
    ],
    selected: {
      layer: 'house',
      fid: house.properties.fid,
      point: middleOf(house.geometry),
      label: title,
    },
    point: middleOf(house.geometry),
    bounds: house.geometry ? undefined : village?.bounds,
  };
}
