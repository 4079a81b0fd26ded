// What comes next with a draft: keep and submit it, take it back, send it back, approve it.
import { h, icon } from '../dom.js';
import { asking } from '../fields.js';
import { today } from '../then/day.js';
import { t } from '../words.js';
import { button } from './button.js';
import { once } from './carefully.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */
/** @typedef {import('./desk.js').Desk} Desk */

/** What an approver has written so far; without a day it is today, whenever that is. */
export const nothingJudged = () => ({ remark: '', from: '' });

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
  if (desk.problem) return t('notAnswered');
  return many ? t('faultsLeft', { n: many }) : '';
}

/** @param {Workshop} shop @param {Desk} desk */
function drawer(shop, desk) {
  const none = !desk.acts.length;
  const why = hindrance(desk);
  const off = Boolean(why);
  const keep = () => (none ? null : once(shop, 'keep', () => shop.keep()));
  const submit = () => (off ? null : once(shop, 'submit', () => desk.submit()));
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
      asking({
        text: t('dropDraft'),
        sure: t('dropSure'),
        yes: t('dropYes'),
        act: () => once(shop, 'drop', () => desk.drop()),
      }),
  ];
}

/** @param {Workshop} shop */
const waits = (shop) =>
  h(
    'div',
    { class: 'row' },
    button('undo', t('withdraw'), () =>
      once(shop, 'withdraw', () => shop.desk?.withdraw() ?? Promise.resolve()),
    ),
  );

/** @param {Workshop} shop */
function approver(shop) {
  const { judged } = shop;
  const remark = h(
    'textarea',
    { id: 'remark', rows: 2, maxlength: 500, placeholder: t('remarkHint') },
    judged.remark,
  );
  remark.addEventListener('input', () => {
    judged.remark = remark.value;
  });
  const from = h('input', { id: 'effective', type: 'date', value: judged.from || today() });
  from.addEventListener('input', () => {
    judged.from = from.value;
    past.hidden = !isPast();
  });
  const isPast = () => Boolean(judged.from) && judged.from < today();
  const past = h('p', { class: 'small warn', hidden: !isPast() }, t('effectivePast'));
  const back_ = () => {
    return once(shop, 'return', async () => {
      await shop.desk?.sendBack(judged.remark, shop.underCross().at);
      shop.calls.written();
      Object.assign(judged, nothingJudged());
    });
  };
  return [
    h('label', { class: 'field' }, h('span', null, t('effectiveFrom')), from),
    past,
    h('label', { class: 'field' }, h('span', null, t('remark')), remark),
    h(
      'div',
      { class: 'row' },
      button('undo', t('sendBack'), back_),
      button(
        'check',
        t('approve'),
        () =>
          once(shop, 'approve', async () => {
            const done = await shop.desk?.approve(judged.from || null);
            Object.assign(judged, nothingJudged());
            shop.calls.written();
            if (done) await shop.goOn(done);
          }),
        { kind: 'primary' },
      ),
    ),
  ];
}
