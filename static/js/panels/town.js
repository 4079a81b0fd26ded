// The township: its counts, what waits, its villages.
import { h, icon, s } from '../dom.js';
import { number } from '../format.js';
import { model, townName, villageName } from '../model.js';
import { language } from '../prefs.js';
import { address } from '../route.js';
import { isMine, may } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { figures, heading, meter, tag } from './frame.js';

/** @typedef {import('../contract').Town} Town */
/** @typedef {import('../contract').Village} Village */
/** @typedef {import('./frame.js').Content} Content */

/** Share of the houses that have their place, in percent. @param {Village} village */
export const placedShare = ({ houses, unplaced }) =>
  houses ? ((houses - unplaced) / houses) * 100 : 0;

const GOOD = 99; // percent placed from which a village counts as done

/** @param {Village} village @returns {'none' | 'part' | 'all'} */
function progress(village) {
  if (!village.houses) return 'none';
  return placedShare(village) < GOOD ? 'part' : 'all';
}

/** @param {Village} village */
function shareText(village) {
  const share = placedShare(village);
  // 99.96 is not 100.0
  return village.unplaced ? `${Math.min(99.9, share).toFixed(1)}%` : `${share}%`;
}

const FILL = { all: 'var(--ok-line)', part: 'var(--warn)', none: 'var(--line-2)' };
const COLUMNS = 14;
const CELL = 348 / COLUMNS;

/** One small cell a village: the whole town at a glance. @param {Village} village @param {number} i */
function cell(village, i) {
  const how = progress(village);
  const x = (i % COLUMNS) * CELL;
  const y = Math.floor(i / COLUMNS) * 24;
  const slash = `M${x + CELL / 2 - 4} ${y + 14}l7-8`;
  return [
    s('rect', { x: x + 1, y, width: CELL - 3, height: 20, rx: 4, fill: FILL[how] }),
    how === 'part' &&
      s('path', {
        d: slash,
        stroke: 'var(--surface)',
        'stroke-width': 1.8,
        'stroke-linecap': 'round',
      }),
  ];
}

/** @param {string} kind @param {string} word @param {number} n */
const legend = (kind, word, n) =>
  h('span', { class: 'row' }, h('i', { class: `dotk ${kind}` }), `${word} ${number(n)}`);

/** @param {Village[]} villages */
function placing(villages) {
  const count = (/** @type {string} */ how) => villages.filter((v) => progress(v) === how).length;
  const [all, part, none] = ['all', 'part', 'none'].map(count);
  const height = Math.ceil(villages.length / COLUMNS) * 24 - 2;
  return h(
    'div',
    { class: 'sect' },
    heading(
      t('placing'),
      h('span', { class: 'num' }, h('b', { class: 'strong' }, all), ` / ${villages.length}`),
    ),
    s(
      'svg',
      {
        class: 'norm',
        viewBox: `0 0 348 ${height}`,
        role: 'img',
        'aria-label': t('placingLabel', { all, part, none, villages: villages.length }),
      },
      ...villages.flatMap(cell),
    ),
    h(
      'p',
      { class: 'row small sec legendrow' },
      legend('k-ok', t('placedAll'), all),
      part > 0 && legend('k-warn', t('placedPart'), part),
      none > 0 && legend('k-off', t('placedNone'), none),
    ),
  );
}

/** @type {[list: 'unplaced' | 'unassigned' | 'contradictions' | 'doubles', sign: string, kind: string][]} */
const LISTS = [
  ['unplaced', 'pin', 'act'],
  ['unassigned', 'cross', 'bad'],
  ['contradictions', 'warn', 'warn'],
  ['doubles', 'people', 'warn'],
];

/** @param {Town} town */
function waiting({ counts }) {
  return LISTS.map(([list, sign, kind]) => {
    const n = counts[list];
    return h(
      'li',
      null,
      h(
        'a',
        { href: address('worklist', list) },
        h('span', { class: `mark ${n ? kind : 'ok'}` }, icon(n ? sign : 'check')),
        h(
          'span',
          { class: 'txt' },
          h('b', null, n ? t(`${list}Count`, { n: number(n) }) : t(`${list}None`)),
          h('small', null, t(`${list}Why`)),
        ),
        icon('chev', 'i-16 mut'),
      ),
    );
  });
}

/** @param {Village} village */
function row(village) {
  const share = placedShare(village);
  const text = village.houses ? shareText(village) : '–';
  const kind = share < GOOD ? 'warn' : 'ok';
  return h(
    'li',
    null,
    h(
      'a',
      { href: address('village', village.code) },
      h(
        'span',
        { class: 'txt clip' },
        written(villageName(village)),
        h('span', { class: 'mut small gap' }, t('gridsShort', { n: village.grids })),
      ),
      h('span', { class: 'num' }, number(village.houses)),
      h('span', { class: 'mini' }, meter(share, kind, t('placedShare', { share: text }))),
      h('span', { class: 'num small sec mini2', 'aria-hidden': 'true' }, text),
    ),
  );
}

export const emptyTown = () =>
  h(
    'div',
    { class: 'vacant' },
    s(
      'svg',
      { width: 150, height: 96, viewBox: '0 0 150 96', 'aria-hidden': 'true' },
      s('path', {
        d: 'M10 70 45 22l52-8 42 36-30 34-56 6z',
        fill: 'var(--map-t1)',
        stroke: 'var(--map-village)',
        'stroke-width': 1.6,
      }),
      s('path', {
        d: 'M45 22 66 50l45-10M66 50 54 88',
        fill: 'none',
        stroke: 'var(--map-grid)',
        'stroke-width': 1.3,
      }),
      s(
        'g',
        {
          fill: 'none',
          stroke: 'var(--act)',
          'stroke-width': 1.6,
          'stroke-dasharray': '2.5 2.500',
        },
        s('circle', { cx: 40, cy: 56, r: 4 }),
        s('circle', { cx: 84, cy: 66, r: 4 }),
        s('circle', { cx: 86, cy: 30, r: 4 }),
      ),
    ),
    h('h2', { class: 'title-s' }, t('emptyTitle')),
    h('p', { class: 'sec' }, t('emptyText')),
    h(
      'div',
      { class: 'row wrap' },
      may('import') &&
        h('a', { class: 'btn primary', href: address('import') }, icon('import'), t('importSheet')),
      h(
        'a',
        {
          class: 'btn',
          href: `/collections/person/template.xlsx?lang=${language()}`,
          download: true,
        },
        icon('download'),
        t('template'),
      ),
    ),
  );

/** @param {Town} town @returns {import('../dom.js').Child[]} */
function body(town) {
  const { counts } = town;
  const villages = town.villages.filter(({ code }) => isMine(code));
  const list = h('ul', { class: 'list flushlist' }, ...villages.map(row));
  const villageHead = h(
    'div',
    { class: 'sect tight topline' },
    heading(t('villages'), h('span', { class: 'mut small' }, t('villagesAside'))),
  );
  if (!counts.houses) return [emptyTown(), villageHead, list];
  return [
    h(
      'div',
      { class: 'sect' },
      figures([
        [number(counts.houses), t('houses', { n: counts.houses })],
        [number(counts.people), t('people', { n: counts.people })],
        [number(counts.schools), t('schools', { n: counts.schools })],
        [number(counts.organizations), t('organizations', { n: counts.organizations })],
      ]),
    ),
    placing(villages),
    h('div', { class: 'sect tight' }, heading(t('todo'))),
    h('ul', { class: 'list flushlist' }, ...waiting(town)),
    villageHead,
    list,
  ];
}

/** @returns {Content} */
export function townContent() {
  const town = /** @type {Town} */ (model.town);
  const { communities, villages, grids, area_km2 } = town.counts;
  const area = area_km2.toFixed(1);
  return {
    title: townName(town),
    tag: town.synthetic ? tag('', 'info', t('synthetic')) : null,
    sub: t('townSub', { communities, villages, grids: number(grids), area }),
    label: t('townOverview'),
    body: body(town),
  };
}
