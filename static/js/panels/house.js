// A house: where it is, and the people in it, household by household.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { codeName, masked, number } from '../format.js';
import { gridName, gridOf, itemOf, layerOf, titled, villageName, villageOf } from '../model.js';
import { language } from '../prefs.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { middleOf } from './bounds.js';
import { factsOf } from './facts.js';
import { back, heading, note, tag } from './frame.js';
import { purposeLink } from './purpose.js';

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

/** @typedef {{name: string, sign?: string}} SecretField */

/** @type {SecretField[]} */
const SECRETS = [{ name: 'id_number' }, { name: 'phone', sign: 'phone' }];

/** What is masked of a person, each with the place it is opened in. @param {Properties} person */
function secretsOf(person) {
  return SECRETS.filter(({ name }) => person[name]).map(({ name, sign }) => {
    const field = layerOf('person')?.fields.find((f) => f.name === name);
    const place = masked(String(person[name]));
    const shown = sign ? h('span', { class: 'row' }, icon(sign, 'i-16 mut'), place) : place;
    return { field: name, title: field ? titled(field.title) : name, place, shown };
  });
}

/** @param {Feature} feature @param {boolean} isFirst */
function member({ id, properties: person }, isFirst) {
  const secrets = secretsOf(person);
  const isHead = person.relation === HEAD;
  const code = personCode('relation', person.relation);
  const relation = language() === 'en' ? code : person.relation_text || code;
  const name = String(person.name ?? t('nameless'));
  const line = h(
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
      h('p', { class: 'row wrap idrow' }, ...secrets.map(({ shown }) => shown)),
    ),
  );
  if (secrets.length) {
    const insert = below(line);
    line.append(purposeLink({ layer: 'person', id, who: name, secrets, insert }));
  }
  return line;
}

/** A question below a line of the list. @param {HTMLElement} line @returns {(box: HTMLElement) => HTMLElement} */
const below = (line) => (box) => {
  const asked = h('li', { class: 'asks' }, box);
  line.after(asked);
  return asked;
};

/** @param {Feature[]} people @returns {Feature[][]} */
function households(people) {
  /** @type {Map<string, Feature[]>} */
  const groups = new Map();
  for (const person of people) {
    const { household: home, household_no } = person.properties;
    const key = String(home ?? household_no ?? '');
    groups.set(key, [...(groups.get(key) ?? []), person]);
  }
  const rank = (/** @type {Feature} */ p) => (p.properties.relation === HEAD ? 0 : 1);
  return [...groups.values()].map((group) => [...group].sort((a, b) => rank(a) - rank(b)));
}

/** @param {Feature[]} group @param {number} i @param {Feature[][]} all */
function household(group, i, all) {
  const title =
    all.length > 1
      ? t('householdNth', { i: i + 1, n: group.length })
      : t('householdOne', { n: group.length });
  const together = group.every((p) => p.properties.residence_match === '01');
  return h(
    'div',
    { class: 'sect' },
    heading(title, together && h('span', { class: 'mut' }, t('livesWhereRegistered'))),
    h('ul', { class: 'members' }, ...group.map((person, k) => member(person, k === 0))),
  );
}

/** @param {Feature} feature */
function child({ id }) {
  const said = h('div', { class: 'grow' }, h('p', { class: 'sub' }, t('under14Why')));
  const line = h(
    'li',
    null,
    h('span', { class: 'ava a0', 'aria-hidden': 'true' }, icon('lock', 'i-16')),
    said,
  );
  const open = (/** @type {Properties} */ values) => {
    const facts = factsOf('person', values);
    if (facts) said.append(facts);
    return () => facts?.remove();
  };
  line.append(
    purposeLink({ layer: 'person', id, who: '', secrets: [], insert: below(line), open }),
  );
  return line;
}

/** @param {Feature[]} hidden */
const children = (hidden) =>
  hidden.length > 0 &&
  h(
    'div',
    { class: 'sect' },
    heading(t('under14', { n: hidden.length })),
    h('ul', { class: 'members' }, ...hidden.map(child)),
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
  const open = found.filter((f) => !f.properties.secret);
  const hidden = found.filter((f) => f.properties.secret);
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
      factsOf('house', house.properties, IN_TITLE, house),
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
