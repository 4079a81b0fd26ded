// A new account: a name, and a temporary password that is shown once.
import { send } from '../api.js';
import { announce, fill, h } from '../dom.js';
import { field, formOf } from '../fields.js';
import { back } from '../panels/frame.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { initial } from './one.js';

/** @returns {Promise<import('./sheet.js').Page>} */
export async function newContent() {
  const title = field(t('personName'), {
    id: 'person-name',
    maxlength: '60',
    autocomplete: 'off',
    placeholder: t('personHint'),
  });
  const name = field(t('loginName'), {
    id: 'login-name',
    maxlength: '40',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: t('nameHint'),
  });
  const slot = h('div', { class: 'sect narrow' });
  const form = formOf({
    fields: [title.node, name.node],
    button: t('create'),
    act: async () => {
      const made = await send('POST', '/accounts', {
        title: title.input.value.trim(),
        name: name.input.value.trim(),
      });
      announce(t('initialPassword'));
      fill(
        slot,
        initial(made.password),
        h(
          'p',
          { class: 'slot' },
          h('a', { class: 'btn primary', href: address('accounts', made.id) }, t('appoint')),
        ),
      );
    },
  });
  fill(slot, form);
  return {
    title: t('newAccount'),
    crumb: back(address('accounts'), t('backToAccounts')),
    body: [slot],
  };
}
