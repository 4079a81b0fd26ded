// One account: what its owner is appointed to, and what an administrator may do with it.
import { get, send } from '../api.js';
import { announce, byId, fill, h, icon } from '../dom.js';
import { asking, shownOnce } from '../fields.js';
import { shifted } from '../format.js';
import { titled } from '../model.js';
import { back, note, section, tag } from '../panels/frame.js';
import { address } from '../route.js';
import { grantText } from '../session.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { appointForm } from './appoint.js';
import { identitySection } from './identity.js';
import { tagsOf } from './list.js';

/** @typedef {import('../contract').Account} Account */
/** @typedef {import('../contract').Appointment} Appointment */
/** @typedef {import('../dom.js').Child} Child */

/** @param {Appointment} one */
function days({ since, until }) {
  if (!until) return t('fromOn', { from: since });
  // it ended on the day it began, or before
  if (until <= since) return t('endedAtOnce', { from: since });
  return t('fromTo', { from: since, to: shifted(until, -1) });
}

class One {
  /** @param {Account} account */
  constructor(account) {
    this.account = account;
    this.node = h('div');
    this.draw();
  }

  async again() {
    this.account = await get(`/accounts/${this.account.id}`);
    this.draw();
  }

  /** Shows a temporary password, above everything else. @param {string} password */
  async issued(password) {
    await this.again();
    this.node.prepend(h('div', { class: 'sect' }, initial(password)));
    this.node.scrollIntoView();
  }

  draw() {
    const { account } = this;
    const open = account.state !== 'closed';
    const held = account.appointments.filter(({ state }) => state !== 'ended');
    const former = account.appointments.filter(({ state }) => state === 'ended');
    fill(
      this.node,
      h('div', { class: 'sect row wrap states' }, ...tagsOf(account)),
      section(
        t('myRoles'),
        held.length > 0 && h('ul', { class: 'entries' }, ...held.map((one) => this.#held(one))),
        !held.length && h('p', { class: 'sec' }, t('noAppointment')),
        open && this.#appoint(),
      ),
      former.length > 0 &&
        section(t('formerRoles'), h('ul', { class: 'plain' }, ...former.map(formerRow))),
      open && identitySection(account, () => this.again()),
      open && section(t('security'), this.#actions()),
      !open && h('div', { class: 'sect stack' }, note('lock', '', t('closedNow')), this.#reopen()),
    );
  }

  /** @param {Appointment} one */
  #held(one) {
    return h(
      'li',
      { class: 'entry' },
      h(
        'div',
        { class: 'grow' },
        h('b', { class: 'strong' }, titled(one.title), ' · ', written(one.area_name)),
        h('p', { class: 'sub' }, days(one)),
      ),
      one.state === 'later' && tag('', 'clock', t('laterRole')),
      asking({
        text: t('endIt'),
        label: t('endAppointmentOf', { what: grantText(one) }),
        sure: t('endAppointmentSure'),
        yes: t('endIt'),
        act: async () => {
          await send('DELETE', `/appointments/${one.id}`);
          announce(t('ended'));
          await this.again();
        },
      }),
    );
  }

  #appoint() {
    const slot = h('div', { class: 'slot' });
    const rest = () =>
      fill(
        slot,
        h('button', { class: 'btn', type: 'button', click: ask }, icon('plus'), t('appoint')),
      );
    const ask = async () => {
      const done = async () => {
        announce(t('appointed'));
        await this.again();
      };
      fill(slot, await appointForm(this.account, done, rest));
      byId('appoint-role').focus();
    };
    rest();
    return slot;
  }

  #reopen() {
    return h(
      'div',
      null,
      asking({
        text: t('reopen'),
        sure: t('reopenSure'),
        yes: t('reopen'),
        act: async () => {
          const { password } = await send('POST', `/accounts/${this.account.id}/reopen`);
          await this.issued(password);
        },
      }),
    );
  }

  #actions() {
    const { id, second_factor } = this.account;
    /** @param {boolean} factor whether the phone is taken away as well */
    const reset = async (factor) => {
      const { password } = await send('POST', `/accounts/${id}/password`, {
        second_factor: factor,
      });
      await this.issued(password);
    };
    return h(
      'div',
      { class: 'row wrap top' },
      asking({
        text: t('resetPassword'),
        sure: t('resetSure'),
        yes: t('resetPassword'),
        act: () => reset(false),
      }),
      second_factor &&
        asking({
          text: t('resetFactor'),
          sure: t('resetFactorSure'),
          yes: t('resetFactor'),
          act: () => reset(true),
        }),
      asking({
        text: t('closeAccount'),
        sure: t('closeSure'),
        yes: t('closeAccount'),
        act: async () => {
          await send('DELETE', `/accounts/${id}`);
          announce(t('closedNow'));
          await this.again();
        },
      }),
    );
  }
}

/** @param {Appointment} one */
const formerRow = (one) =>
  h(
    'li',
    { class: 'row former' },
    h('span', { class: 'grow sec' }, written(grantText(one))),
    h('span', { class: 'small sec num' }, days(one)),
  );

/** A temporary password, shown this once. @param {string} password */
export const initial = (password) =>
  h(
    'div',
    { class: 'stack' },
    note(
      'lock',
      'ok',
      h('b', { class: 'strong' }, t('initialPassword')),
      h('br'),
      t('initialKeep'),
    ),
    shownOnce(password, t('initialPassword')),
  );

/** @param {string} id @returns {Promise<import('./sheet.js').Page>} */
export async function oneContent(id) {
  /** @type {Account} */
  const account = await get(`/accounts/${encodeURIComponent(id)}`);
  return {
    title: account.title,
    crumb: back(address('accounts'), t('backToAccounts')),
    sub: h('span', { translate: 'no' }, account.name),
    body: [new One(account).node],
  };
}
