// As whom another service knows somebody: linked and parted by the administrator.
import { send } from '../api.js';
import { announce, byId, fill, h, icon } from '../dom.js';
import { asking, field, formOf } from '../fields.js';
import { section } from '../panels/frame.js';
import { otherService } from '../session.js';
import { t } from '../words.js';

/** @typedef {import('../contract').Account} Account */

/** @param {Account} account @param {() => Promise<void>} again */
function linked({ id, identity }, again) {
  return h(
    'div',
    { class: 'entry' },
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong', translate: 'no' }, identity?.subject),
      h('p', { class: 'sub', translate: 'no' }, identity?.issuer),
    ),
    asking({
      text: t('unlink'),
      sure: t('unlinkSure'),
      yes: t('unlink'),
      act: async () => {
        await send('DELETE', `/accounts/${id}/identity`);
        announce(t('unlinked'));
        await again();
      },
    }),
  );
}

/** @param {Account} account @param {() => Promise<void>} again */
function linking({ id }, again) {
  const slot = h('div', { class: 'slot' });
  const rest = () =>
    fill(slot, h('button', { class: 'btn', type: 'button', click: ask }, icon('plus'), t('link')));
  const ask = () => {
    const subject = field(t('subject'), {
      id: 'subject',
      maxlength: '255',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
    });
    const act = async () => {
      await send('PUT', `/accounts/${id}/identity`, { subject: subject.input.value.trim() });
      announce(t('linked'));
      await again();
    };
    const why = h('p', { class: 'small sec' }, t('subjectWhere'));
    fill(slot, formOf({ fields: [subject.node, why], button: t('link'), act, cancel: rest }));
    byId('subject').focus();
  };
  rest();
  return slot;
}

/** @param {Account} account @param {() => Promise<void>} again @returns {import('../dom.js').Child} */
export function identitySection(account, again) {
  const service = otherService();
  if (!service && !account.identity) return null;
  const shown = account.identity ? linked(account, again) : linking(account, again);
  return section(t('signInBy', { title: service?.title ?? t('otherService') }), shown);
}
