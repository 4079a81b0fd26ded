// The way in: the villages whose grids one draws or approves, and what waits there.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { moment, number } from '../format.js';
import { model, townName, villageName } from '../model.js';
import { back, heading, note } from '../panels/frame.js';
import { address } from '../route.js';
import { isMine } from '../session.js';
import { tellDrafts } from '../waiting.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { stateTag } from './states.js';

/** @typedef {import('../contract').BoundaryVersion} BoundaryVersion */
/** @typedef {import('../contract').Village} Village */

/** @param {Village} village @param {BoundaryVersion | undefined} draft */
function row(village, draft) {
  return h(
    'li',
    null,
    h(
      'a',
      { href: address('draw', village.code) },
      h('span', { class: 'mark' }, icon('draw')),
      h(
        'span',
        { class: 'txt' },
        h('b', null, written(villageName(village))),
        h(
          'small',
          null,
          draft && written(draft.author_title),
          draft ? ` ${moment(draft.changed_at)}` : t('gridsCount', { n: number(village.grids) }),
        ),
      ),
      draft && stateTag(draft.state),
      icon('chev', 'i-16 mut'),
    ),
  );
}

/** @returns {Promise<import('../panels/frame.js').Content & import('../panels/index.js').Place>} */
export async function villagesContent() {
  /** @type {{drafts: BoundaryVersion[]}} */
  const { drafts } = await get('/boundary-drafts');
  tellDrafts(drafts);
  const town = model.town;
  const mine = (town?.villages ?? []).filter(({ code }) => isMine(code));
  /** @param {Village} village */
  const draftOf = (village) => drafts.find((one) => one.village === village.code);
  const order = (/** @type {Village} */ village) => (draftOf(village) ? 0 : 1);
  mine.sort((a, b) => order(a) - order(b) || a.code.localeCompare(b.code));
  return {
    title: t('navDraw'),
    crumb: back('#', town ? townName(town) : ''),
    sub: t('drawWhere'),
    body: [
      h('div', { class: 'sect tight' }, heading(t('villages'))),
      mine.length
        ? h('ul', { class: 'list flushlist' }, ...mine.map((one) => row(one, draftOf(one))))
        : h('div', { class: 'sect' }, note('info', '', t('noVillageToDraw'))),
    ],
    selected: null,
  };
}
