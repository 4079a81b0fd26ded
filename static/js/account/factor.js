// The code on the phone: set up, recovery codes, and off again.
import { get, send } from '../api.js';
import { announce, fill, h, icon, onPhone, s } from '../dom.js';
import { asking, field, formOf, passwordField, shownOnce } from '../fields.js';
import { note, section, tag } from '../panels/frame.js';
import { go } from '../route.js';
import { readSession, signedIn } from '../session.js';
import { t } from '../words.js';
import { toAccount } from './home.js';

/** @typedef {import('../contract').NewFactor} NewFactor */
/** @typedef {import('../contract').OwnAccount} OwnAccount */
/** @typedef {import('../dom.js').Child} Child */

/** @param {NewFactor['qr']} qr black on white in both themes: cameras want it so */
const picture = ({ size, path }) =>
  s(
    'svg',
    {
      class: 'qr',
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': t('qrCode'),
      'shape-rendering': 'crispEdges',
    },
    s('rect', { width: size, height: size, fill: '#fff' }),
    s('path', { d: path, stroke: '#000', fill: 'none' }),
  );

/** A secret in groups of four, for typing. @param {string} secret */
const grouped = (secret) => (secret.match(/.{1,4}/g) ?? []).join(' ');

class Factor {
  /** @param {OwnAccount} own @param {() => void} changed */
  constructor(own, changed) {
    this.own = own;
    this.changed = changed;
    this.node = h('div', { 'aria-live': 'polite' });
    this.must = signedIn()?.must.includes('totp') ?? false;
    if (own.second_factor) this.#on();
    else this.#off();
  }

  #off() {
    fill(
      this.node,
      h(
        'div',
        { class: 'sect stack' },
        this.must && note('lock', 'warn', t('secondFactorMust')),
        h('p', { class: 'sec read' }, t('secondFactorWhy')),
      ),
      h('div', { class: 'sect' }, this.#begin()),
    );
  }

  #begin() {
    const password = passwordField(t('confirmPassword'), {
      id: 'confirm',
      autocomplete: 'current-password',
    });
    return formOf({
      fields: [password.node],
      button: t('beginFactor'),
      act: async () => {
        this.#scan(await send('POST', '/account/totp', { password: password.input.value }));
      },
    });
  }

  /** @param {NewFactor} made */
  #scan(made) {
    const code = field(t('thenCode'), {
      id: 'code',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      maxlength: '10',
      class: 'input codebox',
    });
    fill(
      this.node,
      h(
        'div',
        { class: 'sect stack' },
        h('p', { class: 'sec read' }, t('scanIt')),
        picture(made.qr),
        onPhone() &&
          h('a', { class: 'btn wide', href: made.uri }, icon('mobile'), t('openAuthenticator')),
        h('p', { class: 'small sec' }, t('orType')),
        shownOnce(grouped(made.secret), t('orType')),
      ),
      h(
        'div',
        { class: 'sect' },
        formOf({
          fields: [code.node],
          button: t('turnOn'),
          cancel: () => this.#off(),
          check: () => (/^\d{6}$/.test(code.input.value.trim()) ? '' : t('fillCode')),
          act: async () => {
            const { recovery_codes } = await send('PUT', '/account/totp', {
              code: code.input.value.trim(),
            });
            await readSession();
            announce(t('factorOn'));
            this.#codes(recovery_codes);
          },
        }),
      ),
    );
    // on a phone the keyboard would cover what is to be done first
    if (!onPhone()) code.input.focus();
  }

  /** @param {string[]} codes */
  #codes(codes) {
    const kept = () => (this.must ? this.changed() : go('account'));
    fill(
      this.node,
      h(
        'div',
        { class: 'sect stack' },
        note('check', 'ok', t('factorOn')),
        h('h2', { class: 'title-s' }, t('recoveryCodes')),
        h('p', { class: 'sec read' }, t('recoveryKeep')),
        shownOnce(codes.join('\n'), t('recoveryCodes')),
        h('button', { class: 'btn primary wide', type: 'button', click: kept }, t('keptThem')),
      ),
    );
  }

  #on() {
    const password = passwordField(t('confirmPassword'), {
      id: 'confirm',
      autocomplete: 'current-password',
    });
    const given = () => ({ password: password.input.value });
    fill(
      this.node,
      h(
        'div',
        { class: 'sect stack' },
        h('p', { class: 'row' }, tag('ok', 'check', t('isOn'))),
        h('p', { class: 'sec read' }, t('secondFactorWhy')),
      ),
      section(
        t('recoveryCodes'),
        h('p', { class: 'sec' }, t('codesLeft', { n: this.own.recovery_codes })),
      ),
      h(
        'div',
        { class: 'sect stack' },
        password.node,
        h(
          'div',
          { class: 'row wrap top' },
          asking({
            text: t('newCodes'),
            yes: t('newCodes'),
            act: async () =>
              this.#codes((await send('POST', '/account/recovery-codes', given())).recovery_codes),
          }),
          asking({
            text: t('turnOff'),
            yes: t('turnOff'),
            act: async () => {
              await send('POST', '/account/totp/stop', given());
              await readSession();
              go('account');
            },
          }),
        ),
      ),
    );
  }
}

/** @param {() => void} changed what to do when it was needed and is there now */
export async function factorContent(changed) {
  const own = await get('/account');
  const factor = new Factor(own, changed);
  return {
    title: t('secondFactor'),
    crumb: factor.must ? undefined : toAccount(),
    body: [factor.node],
  };
}
