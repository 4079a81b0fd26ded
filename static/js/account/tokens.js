// Tokens: what QGIS and scripts sign in with.
import { get, send } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { asking, field, formOf, selectField, shownOnce } from '../fields.js';
import { day } from '../format.js';
import { model, titled, villageName } from '../model.js';
import { note } from '../panels/frame.js';
import { isMine, signedIn } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { toAccount } from './home.js';

/** @typedef {import('../contract').Token} Token */

const DAYS = [30, 90, 180, 365];

/** What a token is good for, in one line. @param {Token} one */
const reach = ({ area_name, roles }) =>
  [area_name, ...(roles?.map(({ title }) => titled(title)) ?? [t('tokenAllRoles')])].join(' · ');

/** Where one may be appointed for less than one is: areas and villages. @returns {[code: string, name: string][]} */
const areas = () => [
  ...new Map([
    ...(signedIn()?.grants ?? []).map((one) => /** @type {const} */ ([one.area, one.area_name])),
    ...(model.town?.villages ?? [])
      .filter(({ code }) => isMine(code))
      .map((one) => /** @type {const} */ ([one.code, villageName(one)])),
  ]),
];

/** @returns {[role: string, name: string][]} */
const roles = () => [
  ...new Map(
    (signedIn()?.grants ?? []).map(
      ({ role, title }) => /** @type {const} */ ([role, titled(title)]),
    ),
  ),
];

/** @param {string} text @param {string} id @param {string} all @param {[value: string, name: string][]} choices */
const narrowing = (text, id, all, choices) =>
  selectField(
    text,
    id,
    h('option', { value: '' }, all),
    ...choices.map(([value, name]) => h('option', { value }, name)),
  );

/** @param {Token} one @param {() => Promise<void>} again */
const row = (one, again) =>
  h(
    'li',
    { class: 'entry' },
    h('span', { class: 'mark' }, icon('key')),
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong' }, written(one.title)),
      h('p', { class: 'sub' }, t('until', { date: day(one.expires_at) })),
      h('p', { class: 'sub' }, t(one.writes ? 'tokenWrites' : 'tokenReads')),
      h('p', { class: 'sub' }, reach(one)),
    ),
    asking({
      text: t('revoke'),
      label: t('revokeOf', { what: one.title }),
      yes: t('revoke'),
      act: async () => {
        await send('DELETE', `/tokens/${one.id}`);
        await again();
      },
    }),
  );

export async function tokensContent() {
  const list = h('ul', { class: 'entries' });
  const slot = h('div', { class: 'sect', 'aria-live': 'polite' });
  const draw = async () => {
    /** @type {{tokens: Token[]}} */
    const { tokens } = await get('/tokens');
    fill(
      list,
      ...(tokens.length
        ? tokens.map((one) => row(one, draw))
        : [h('li', { class: 'sect sec' }, t('noTokens'))]),
    );
  };
  const offer = () =>
    fill(
      slot,
      h('button', { class: 'btn wide', type: 'button', click: ask }, icon('plus'), t('newToken')),
    );
  const ask = () => {
    const title = field(t('tokenTitle'), {
      id: 'token-title',
      maxlength: '60',
      placeholder: t('tokenHint'),
    });
    const days = selectField(
      t('tokenDays'),
      'token-days',
      ...DAYS.map((n) => h('option', { value: n, selected: n === 90 }, t('daysN', { n }))),
    );
    const writes = selectField(
      t('tokenFor'),
      'token-writes',
      h('option', { value: '' }, t('tokenReads')),
      h('option', { value: 'yes' }, t('tokenWrites')),
    );
    const area = narrowing(t('tokenArea'), 'token-area', t('tokenAllAreas'), areas());
    const role = narrowing(t('tokenRole'), 'token-role', t('tokenAllRoles'), roles());
    fill(
      slot,
      formOf({
        fields: [title.node, writes.node, area.node, role.node, days.node],
        button: t('newToken'),
        cancel: offer,
        act: async () => {
          const made = await send('POST', '/tokens', {
            title: title.input.value.trim(),
            days: Number(days.select.value),
            writes: writes.select.value === 'yes',
            area: area.select.value || null,
            roles: role.select.value ? [role.select.value] : null,
          });
          fill(
            slot,
            h(
              'div',
              { class: 'stack' },
              note('key', 'ok', t('tokenShown')),
              shownOnce(made.token, t('myTokens')),
              h('button', { class: 'btn wide', type: 'button', click: offer }, t('done')),
            ),
          );
          announce(t('tokenShown'));
          await draw();
          slot.scrollIntoView({ block: 'nearest' });
        },
      }),
    );
    title.input.focus();
  };
  await draw();
  offer();
  return {
    title: t('myTokens'),
    crumb: toAccount(),
    body: [h('div', { class: 'sect' }, h('p', { class: 'sec read' }, t('tokensWhy'))), slot, list],
  };
}
