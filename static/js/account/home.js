// One's own account: who one is here, and the ways on.
import { get } from '../api.js';
import { h, icon } from '../dom.js';
import { moment } from '../format.js';
import { model, titled, townName } from '../model.js';
import { back, heading, note, section, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { seesMap, signedIn, signOut } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';

/** @typedef {import('../contract').OwnAccount} OwnAccount */
/** @typedef {import('../contract').OpenSession} OpenSession */
/** @typedef {import('../contract').Who} Who */
/** @typedef {import('../dom.js').Child} Child */

/** @param {string} to @param {string} sign @param {string} title @param {Child} sub @param {Child} [end] */
const way = (to, sign, title, sub, end) =>
  h(
    'li',
    null,
    h(
      'a',
      { href: address('account', to) },
      h('span', { class: 'mark' }, icon(sign)),
      h('span', { class: 'txt' }, h('b', null, title), sub && h('small', null, sub)),
      end,
      icon('chev', 'i-16 mut'),
    ),
  );

/** @param {Who} who */
const roles = ({ grants }) =>
  grants.length
    ? h(
        'ul',
        { class: 'plain grants' },
        ...grants.map(({ title, area_name }) =>
          h(
            'li',
            { class: 'row' },
            h('b', { class: 'strong grow' }, titled(title)),
            h('span', { class: 'sec' }, written(area_name)),
          ),
        ),
      )
    : note('info', 'warn', t('noAppointmentText'));

/** @param {OwnAccount} own @param {OpenSession[]} sessions */
function ways(own, sessions) {
  const here = sessions.find(({ current }) => current);
  return h(
    'ul',
    { class: 'list flushlist' },
    way('password', 'lock', t('changePassword'), ''),
    way(
      'code',
      'mobile',
      t('secondFactor'),
      own.second_factor ? t('codesLeft', { n: own.recovery_codes }) : '',
      own.second_factor ? tag('ok', 'check', t('isOn')) : tag('warn', 'warn', t('isOff')),
    ),
    way(
      'sessions',
      'device',
      t('mySessions'),
      here && t('since', { time: moment(here.created_at) }),
      h('span', { class: 'num sec' }, sessions.length),
    ),
    way('tokens', 'key', t('myTokens'), ''),
  );
}

/** The way back to the map, for those who have one. */
export const toMap = () =>
  seesMap() ? back('#', model.town ? townName(model.town) : '') : undefined;

/** The way back to one's own account. */
export const toAccount = () => back(address('account'), t('myAccount'));

/** @returns {Promise<import('../panels/frame.js').Content>} */
export async function homeContent() {
  const who = /** @type {Who} */ (signedIn());
  const byToken = who.via === 'token';
  const asked = byToken ? [] : [get('/account'), get('/sessions')];
  const [own, open] = await Promise.all(asked);
  return {
    title: who.title,
    crumb: toMap(),
    sub: h('span', { translate: 'no' }, who.name),
    body: [
      section(t('myRoles'), roles(who)),
      byToken && h('div', { class: 'sect' }, note('info', '', t('byToken'))),
      !byToken && h('div', { class: 'sect tight' }, heading(t('security'))),
      !byToken && ways(own, open.sessions),
    ],
    footer: byToken
      ? undefined
      : [
          h(
            'button',
            { class: 'btn grow', type: 'button', click: () => signOut() },
            icon('exit'),
            t('signOut'),
          ),
        ],
  };
}
