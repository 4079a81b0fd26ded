// The auditor's page: the record of events, newest first. It has no map and needs none.
import { get } from '../api.js';
import { announce, byId, fill, h, icon } from '../dom.js';
import { number } from '../format.js';
import { faultOf, note } from '../panels/frame.js';
import { t } from '../words.js';
import { asked as askedBy, query } from './asked.js';
import { filters } from './filters.js';
import { line } from './lines.js';

/** @typedef {import('../contract').RecordPage} Answer */
/** @typedef {import('./asked.js').Asked} Asked */
/** @typedef {import('./filters.js').Layers} Layers */

const PAGE = 50;

let turn = 0;

/** @type {Layers} */
let layers = [];

/** @param {Asked} asked @param {string | number} [before] @returns {Promise<Answer>} */
const ask = (asked, before) =>
  get(asked.first ? '/record/events' : '/record', { ...query(asked), before, limit: PAGE });

/** @returns {Promise<Layers>} */
const askLayers = async () => (await get('/record/layers')).layers;

/** Shows what the address asks for. @param {boolean} focus whether reading goes to the title */
export async function openRecord(focus) {
  turn += 1;
  const mine = turn;
  const asked = askedBy(location.hash);
  const place = byId('record');
  const seen = !place.hidden && place.contains(document.activeElement);
  place.hidden = false;
  document.title = `${t('recordTitle')} · ${t('product')}`;
  const list = h('div', { class: 'card', 'aria-busy': 'true' });
  const sub = h('p', { class: 'sub' });
  const known = place.querySelector('header');
  const search = filters(asked, layers);
  fill(place, known ?? head(), search, list);
  place.querySelector('header .sub')?.replaceWith(sub);
  if (focus && !seen) byId('rt').focus({ preventScroll: true });
  try {
    const [first, named] = await Promise.all([ask(asked), layers.length ? layers : askLayers()]);
    if (mine !== turn) return;
    if (!layers.length) search.replaceWith(filters(asked, named));
    layers = named;
    fill(sub, extent(first));
    fill(list, ...table(asked, first));
    announce(t('rowsShown', { n: first.entries.length }));
  } catch (error) {
    if (mine === turn)
      fill(
        list,
        faultOf(error, () => openRecord(true)),
      );
  } finally {
    if (mine === turn) list.removeAttribute('aria-busy');
  }
}

export function closeRecord() {
  turn += 1;
  byId('record').hidden = true;
}

const head = () =>
  h(
    'header',
    null,
    h('h1', { class: 'title', id: 'rt', tabindex: '-1' }, t('recordTitle')),
    h('p', { class: 'sub' }),
  );

/** @param {Answer} answer */
const extent = ({ events, since }) =>
  t('recordExtent', { n: number(events), since: since ? since.slice(0, 10) : t('recordNever') });

/** @param {Asked} asked @param {Answer} first */
function table(asked, first) {
  if (!first.entries.length)
    return [h('div', { class: 'sect' }, note('info', '', t('recordNone')))];
  const rows = h('tbody', null, ...first.entries.map((one) => line(one, asked)));
  const foot = h('div', { class: 'sect showmore' });
  /** @param {Answer} page */
  const offer = ({ next }) => {
    const more = async () => {
      try {
        const following = await ask(asked, next ?? undefined);
        rows.append(...following.entries.map((one) => line(one, asked)));
        announce(t('rowsShown', { n: rows.childElementCount }));
        offer(following);
      } catch (error) {
        fill(foot, faultOf(error, more));
      }
    };
    fill(
      foot,
      next !== null &&
        h('button', { class: 'btn', type: 'button', click: more }, icon('down'), t('showMore')),
    );
    foot.hidden = next === null;
  };
  offer(first);
  return [
    h(
      'div',
      { class: 'scrollx', tabindex: '0', role: 'region', 'aria-label': t('recordRows') },
      h(
        'table',
        { class: 'tbl rec' },
        h(
          'thead',
          null,
          h('tr', null, ...COLUMNS.map((word) => h('th', { scope: 'col' }, t(word)))),
        ),
        rows,
      ),
    ),
    foot,
  ];
}

/** @type {('recordWhen' | 'recordWho' | 'recordAction' | 'recordOn' | 'recordHeld')[]} */
const COLUMNS = ['recordWhen', 'recordWho', 'recordAction', 'recordOn', 'recordHeld'];
