// Where one is signed in, and how to end it.
import { get, send } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { asking } from '../fields.js';
import { moment } from '../format.js';
import { tag } from '../panels/frame.js';
import { t } from '../words.js';
import { toAccount } from './home.js';

/** @typedef {import('../contract').OpenSession} OpenSession */

/** @param {OpenSession} one @param {() => Promise<void>} again */
const row = (one, again) =>
  h(
    'li',
    { class: 'entry' },
    h('span', { class: `mark ${one.current ? 'act' : ''}` }, icon('device')),
    h(
      'div',
      { class: 'grow' },
      h('b', { class: 'strong', translate: 'no' }, one.client),
      h('p', { class: 'sub' }, t('seenAt', { time: moment(one.seen_at) })),
      h('p', { class: 'sub' }, t('since', { time: moment(one.created_at) })),
    ),
    one.current
      ? tag('act', 'check', t('thisDevice'))
      : asking({
          text: t('endSession'),
          label: t('endSessionOf', { what: one.client }),
          yes: t('endSession'),
          act: async () => {
            await send('DELETE', `/sessions/${one.id}`);
            announce(t('sessionEnded'));
            await again();
          },
        }),
  );

export async function sessionsContent() {
  const list = h('ul', { class: 'entries' });
  const others = h('div', { class: 'sect' });
  const draw = async () => {
    /** @type {{sessions: OpenSession[]}} */
    const { sessions } = await get('/sessions');
    fill(list, ...sessions.map((one) => row(one, draw)));
    others.hidden = sessions.length < 3;
    fill(
      others,
      asking({
        text: t('endOthers'),
        yes: t('endOthers'),
        act: async () => {
          await send('DELETE', '/sessions');
          announce(t('sessionEnded'));
          await draw();
        },
      }),
    );
  };
  await draw();
  return {
    title: t('mySessions'),
    crumb: toAccount(),
    sub: t('sessionsWhy'),
    body: [list, others],
  };
}
