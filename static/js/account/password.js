// Changing one's own password.
import { send } from '../api.js';
import { announce, h } from '../dom.js';
import { formOf, passwordField } from '../fields.js';
import { note } from '../panels/frame.js';
import { go } from '../route.js';
import { readSession, signedIn } from '../session.js';
import { t } from '../words.js';
import { toAccount } from './home.js';

/** @param {() => void} changed what to do when a temporary password was changed */
export async function passwordContent(changed) {
  const must = signedIn()?.must.includes('password') ?? false;
  const old = passwordField(t('oldPassword'), { id: 'old', autocomplete: 'current-password' });
  const wanted = passwordField(t('newPassword'), { id: 'new', autocomplete: 'new-password' });
  const again = passwordField(t('againPassword'), { id: 'again', autocomplete: 'new-password' });
  const form = formOf({
    fields: [
      // so that a password manager knows whose password it is
      h('input', {
        class: 'vh',
        type: 'text',
        autocomplete: 'username',
        value: signedIn()?.name,
        readonly: true,
        tabindex: '-1',
        'aria-hidden': 'true',
      }),
      old.node,
      wanted.node,
      again.node,
    ],
    button: t('save'),
    cancel: must ? undefined : () => go('account'),
    check: () => (wanted.input.value === again.input.value ? '' : t('notTheSame')),
    act: async () => {
      await send('PUT', '/account/password', {
        old: old.input.value,
        new: wanted.input.value,
      });
      await readSession();
      announce(t('passwordChanged'));
      if (must) changed();
      else go('account');
    },
  });
  return {
    title: t('changePassword'),
    crumb: must ? undefined : toAccount(),
    body: [
      h(
        'div',
        { class: 'sect stack' },
        must && note('lock', 'warn', t('passwordMust')),
        h('p', { class: 'sec read' }, t('changePasswordWhy')),
      ),
      h('div', { class: 'sect' }, form),
    ],
  };
}
