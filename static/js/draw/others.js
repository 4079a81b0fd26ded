// The drafts of a village beside the one that is open, and what somebody else kept of it meanwhile.
import { h } from '../dom.js';
import { moment } from '../format.js';
import { heading, note } from '../panels/frame.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { button } from './button.js';
import { once } from './carefully.js';
import { stateTag } from './states.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('../contract').BoundaryVersion} Draft */

/** @param {Workshop} shop @param {Draft | null} draft @param {string} word */
const opener = (shop, draft, word) =>
  h(
    'button',
    {
      class: 'btn sm',
      type: 'button',
      'aria-disabled': !shop.desk?.canLeave && 'true',
      click: () => shop.desk?.canLeave && once(shop, 'open', () => shop.openDraft(draft)),
    },
    word,
  );

/** The other drafts, and a new one where the open one is not to be drawn on. @param {Workshop} shop */
export function others(shop) {
  const { desk } = shop;
  if (!desk) return null;
  const beside = desk.drafts.filter(
    ({ id, state }) => id !== desk.draft?.id && state !== 'approved',
  );
  const isNew = desk.inForce.may.draw && desk.readOnly;
  if (!beside.length && !isNew) return null;
  return h(
    'div',
    { class: 'sect', id: 'others' },
    heading(t('otherDrafts')),
    !desk.canLeave && h('p', { class: 'small sec' }, t('keepFirst')),
    h(
      'ul',
      { class: 'list plain versions' },
      ...beside.map((one) =>
        h(
          'li',
          { class: 'item' },
          h(
            'span',
            { class: 'txt' },
            h('b', null, written(one.author_title)),
            h('small', null, moment(one.changed_at)),
          ),
          stateTag(one.state),
          h('span', null, opener(shop, one, t('openDraft'))),
        ),
      ),
    ),
    isNew && h('p', null, opener(shop, null, t('newDraft'))),
  );
}

/** What somebody else made of the draft, and what one can do now. @param {Workshop} shop */
export function rival(shop) {
  const { desk } = shop;
  if (!desk?.rival) return null;
  return note(
    'info',
    'warn',
    t('rival', { at: moment(desk.rival.draft.changed_at) }),
    h(
      'span',
      { class: 'row' },
      desk.inForce.may.draw &&
        !desk.kept &&
        button('save', t('keepBeside'), () => once(shop, 'beside', () => desk.keepBeside())),
      button('undo', t('takeTheirs'), () => once(shop, 'theirs', () => desk.takeTheirs())),
    ),
  );
}
