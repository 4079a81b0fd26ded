// A grid: what it is called and what lies in it.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { groupedCode, number } from '../format.js';
import { signOf } from '../layers-panel.js';
import {
  countOf,
  gridName,
  gridOf,
  itemOf,
  model,
  titled,
  villageName,
  villageOf,
} from '../model.js';
import { address } from '../route.js';
import { isMine, may } from '../session.js';
import { dayInWords, today } from '../then/day.js';
import { dayWithout } from '../then/grids.js';
import { t } from '../words.js';
import { boundsOf } from './bounds.js';
import { factsOf } from './facts.js';
import { back, figures, heading, note } from './frame.js';
import { measures } from './measures.js';
import { normBand, stands } from './norm.js';
import { onPaper } from './paper.js';

/** @typedef {import('../contract').Feature} Feature */
/** @typedef {import('../contract').Layer} Layer */

/** @param {string} key a grid's code, or its id @returns {Promise<Feature>} */
async function find(key) {
  const byCode = /^\d{12,}$/.test(key) ? await gridOf(key) : null;
  return byCode ?? itemOf('grid', key);
}

/** Layers whose features lie in grids, houses aside. */
const inGrids = () =>
  model.layers.filter((layer) => layer.kind !== 'area' && layer.tiles && layer.id !== 'house');

/** @param {Layer} layer @param {number} n */
const countRow = (layer, n) =>
  h(
    'li',
    { class: 'item' },
    signOf(layer),
    h('span', { class: 'txt' }, titled(layer.title)),
    h('span', { class: `num ${n ? '' : 'mut'}` }, number(n)),
  );

const SHOWN_ABOVE = new Set(['code', 'name', 'village_name', 'households']);

/** @param {string} code */
function copyButton(code) {
  const label = t('copyCode');
  const button = h('button', {
    class: 'iconbtn sm',
    type: 'button',
    'aria-label': label,
    title: label,
  });
  button.append(icon('copy', 'i-16'));
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code);
    button.replaceChildren(icon('check', 'i-16 ok'));
    button.setAttribute('aria-label', t('copied'));
  });
  return button;
}

/** The way to the workshop, for those whose grid it is. @param {string} code */
function drawingWay(code) {
  if (!may('draw') || !isMine(code.slice(0, 12))) return null;
  return h(
    'a',
    { class: 'btn primary grow', href: address('draw', code) },
    icon('draw'),
    t('drawThis'),
  );
}

/** That the grid is none on the day that the map shows. @param {string} code */
async function noneThen(code) {
  const day = await dayWithout(code);
  if (!day) return null;
  const why = t(day > today() ? 'gridNoMore' : 'gridNotYet', { day: dayInWords(day) });
  return h('div', { class: 'sect' }, note('info', '', why));
}

/** @param {string} key @returns {Promise<import('./frame.js').Content & import('./index.js').Place>} */
export async function gridContent(key) {
  const grid = await find(key);
  const { code, village_name } = grid.properties;
  const village = villageOf(grid.properties.village ?? String(code).slice(0, 12));
  const layers = inGrids();
  const [none, inside, ...counts] = await Promise.all([
    noneThen(String(code)),
    get(`/grids/${encodeURIComponent(code)}`),
    ...layers.map(({ id }) => countOf(id, { grid: code })),
  ]);
  // who may not know is not told that there is nobody
  const counted = (/** @type {number} */ n) => (inside.counted ? number(n) : '–');
  return {
    title: gridName(grid.properties),
    crumb: village
      ? back(address('village', village.code), villageName(village))
      : back('#', village_name ?? ''),
    sub: h('span', { class: 'coderow' }, groupedCode(String(code)), copyButton(String(code))),
    body: [
      none,
      h(
        'div',
        { class: 'sect' },
        figures([
          [counted(inside.houses), t('houses', { n: inside.houses })],
          [counted(inside.households), t('householdsUnit', { n: inside.households })],
          [counted(inside.people), t('people', { n: inside.people })],
          [number(Math.round(inside.measures.area_m2 / 1e4)), t('hectares')],
        ]),
      ),
      inside.norm &&
        h(
          'div',
          { class: 'sect' },
          heading(t('householdsInside'), stands(inside.norm.stands, inside.norm)),
          normBand(inside.households, null, inside.norm),
        ),
      measures(inside.measures),
      h('div', { class: 'sect tight' }, heading(t('inThisGrid'))),
      h(
        'ul',
        { class: 'list flushlist plain' },
        ...layers.map((layer, i) => countRow(layer, counts[i])),
      ),
      factsOf('grid', grid.properties, SHOWN_ABOVE),
    ],
    footer: [drawingWay(String(code)), onPaper(inside.village, String(code))].filter(Boolean),
    selected: { layer: 'grid', code: String(code), area: grid.geometry },
    bounds: boundsOf(grid.geometry),
  };
}
