// What comes next with a draft: keep and submit it, take it back, send it back, approve it.
import { h, icon } from '../dom.js';
import { t } from '../words.js';
import { button } from './button.js';
import { carefully } from './carefully.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('./desk.js').Desk} Desk */

/** @param {Workshop} shop */
export function footer(shop) {
  const { desk } = shop;
  if (!desk) return [];
  if (desk.draft?.state === 'submitted')
    return desk.inForce.may.approve ? approver(shop) : [waits(shop)];
  if (!desk.inForce.may.draw) return [h('p', { class: 'small sec' }, t('onlyLooking'))];
  return drawer(shop, desk);
}

/** Why a draft cannot be submitted yet; empty where it can. @param {Desk} desk */
function hindrance(desk) {
  const many = desk.now?.faults.length ?? 0;
  if (!desk.acts.length) return t('nothingDrawn');
  return many ? t('faultsLeft', { n: many }) : '';
}

/** @param {Workshop} shop @param {Desk} desk */
function drawer(shop, desk) {
  const none = !desk.acts.length;
  const why = hindrance(desk);
  const off = Boolean(why || desk.problem);
  const keep = () => (none ? null : carefully(shop, () => shop.keep()));
  const submit = () => (off ? null : carefully(shop, () => desk.submit()));
  const isKept = desk.kept && !none;
  return [
    h('p', { class: 'small sec row', id: 'why' }, icon('info', 'i-16'), why || t('readyToSubmit')),
    h(
      'div',
      { class: 'row' },
      button(isKept ? 'check' : 'save', t(isKept ? 'draftKept' : 'keepDraft'), keep, { off: none }),
      button('send', t('submit'), submit, { kind: 'primary', off }),
    ),
    (desk.draft || !none) &&
      h(
        'button',
        { class: 'link small', type: 'button', click: () => carefully(shop, () => desk.drop()) },
        t('dropDraft'),
      ),
  ];
}

/** @param {Workshop} shop */
const waits = (shop) =>
  h(
    'div',
    { class: 'row' },
    button('undo', t('withdraw'), () =>
      carefully(shop, () => shop.desk?.withdraw() ?? Promise.resolve()),
    ),
  );

/** @param {Workshop} shop */
function approver(shop) {
  const remark = h('textarea', {
    id: 'remark',
    rows: 2,
    maxlength: 500,
    placeholder: t('remarkHint'),
  });
  const from = h('input', { id: 'effective', type: 'date' });
  from.value = new Date().toISOString().slice(0, 10);
  const back_ = () => {
    const { lng, lat } = shop.view.map.getCenter();
    return carefully(shop, async () => shop.desk?.sendBack(remark.value, [lng, lat]));
  };
  return [
    h('label', { class: 'field' }, h('span', null, t('effectiveFrom')), from),
    h('label', { class: 'field' }, h('span', null, t('remark')), remark),
    h(
      'div',
      { class: 'row' },
      button('undo', t('sendBack'), back_),
      button(
        'check',
        t('approve'),
        () =>
          carefully(shop, async () => {
            await shop.desk?.approve(from.value || null);
            shop.calls.written();
          }),
        { kind: 'primary' },
      ),
    ),
  ];
}
