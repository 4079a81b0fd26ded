// The sign-in card: account and password, then the code from the phone where one is needed.
import { Problem } from './api.js';
import { brand } from './brand.js';
import { announce, byId, fill, h, icon } from './dom.js';
import { field, passwordField } from './fields.js';
import { leave, toldOf } from './other-service.js';
import { note } from './panels/frame.js';
import { setTheme, switchLanguage, theme } from './prefs.js';
import { otherService, signIn, signInByCode } from './session.js';
import { t } from './words.js';

/** @typedef {import('./contract').Who} Who */
/** @typedef {import('./dom.js').Child} Child */
/** @typedef {'password' | 'code' | 'recovery'} Step */

/** How long one has to wait, in words. @param {number} seconds */
function duration(seconds) {
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  return m ? t('minutesSeconds', { m, s }) : t('secondsOnly', { s });
}

class SignIn {
  #name = '';
  #password = '';
  #timer = 0;
  // whether another service vouched for whom the code is asked of
  #vouched = false;

  /** @param {(who: Who) => void} done @param {string} why */
  constructor(done, why) {
    this.done = done;
    this.why = why;
    this.told = h('div', { class: 'told', role: 'alert' });
  }

  /** @param {Step} step */
  draw(step) {
    this.step = step;
    clearInterval(this.#timer);
    fill(this.told);
    const form = step === 'password' ? this.#passwordForm() : this.#codeForm(step);
    fill(
      byId('signin'),
      h('div', { class: 'corner' }, themeButton(), languageButton()),
      h(
        'div',
        { class: 'card' },
        brand(),
        h('p', { class: 'sec' }, t('product')),
        h('h1', { class: 'title', id: 'st', tabindex: '-1' }, t(TITLES[step])),
        h('p', { class: 'sec why' }, step === 'password' ? this.why : t(WHYS[step])),
        form,
      ),
      h('p', { class: 'small mut foot' }, t('recorded')),
    );
    form.querySelector('input')?.focus();
    document.title = `${t(TITLES[step])} · ${t('product')}`;
  }

  #passwordForm() {
    const name = field(t('loginName'), {
      id: 'name',
      value: this.#name,
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      maxlength: '100',
    });
    const password = passwordField(t('password'), {
      id: 'password',
      autocomplete: 'current-password',
    });
    return this.#form([name.node, password.node], () => {
      this.#name = name.input.value.trim();
      this.#password = password.input.value;
      if (!this.#name || !this.#password) {
        this.#tell('bad', t('fillBoth'));
        (this.#name ? password : name).input.focus();
        return null;
      }
      return { name: this.#name, password: this.#password };
    }, [h('p', { class: 'small sec' }, t('forgotten')), this.#elsewhere()]);
  }

  /** Shows the card to who came back from another service and is not in yet. @param {string} fault */
  comeBack(fault) {
    this.#vouched = fault === 'code-needed';
    this.draw(this.#vouched ? 'code' : 'password');
    if (!this.#vouched) fill(this.told, toldOf(fault));
  }

  /** The button of another service. @returns {Child} */
  #elsewhere() {
    const service = otherService();
    if (!service) return null;
    const text = t('signInBy', { title: service.title });
    const button = h('button', { class: 'btn wide other', type: 'button' }, text);
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-disabled') === 'true') return;
      button.setAttribute('aria-disabled', 'true');
      try {
        await leave();
      } catch (error) {
        this.#failed(error, button);
      } finally {
        button.removeAttribute('aria-disabled');
      }
    });
    return button;
  }

  /** @param {'code' | 'recovery'} step */
  #codeForm(step) {
    const digits = step === 'code';
    const code = field(t(digits ? 'codeLabel' : 'recoveryLabel'), {
      id: 'code',
      autocomplete: 'one-time-code',
      inputmode: digits ? 'numeric' : 'text',
      autocapitalize: 'none',
      spellcheck: 'false',
      maxlength: '40',
      class: 'input codebox',
    });
    const other = digits ? 'recovery' : 'code';
    return this.#form([code.node], () => {
      const given = code.input.value.replaceAll(/\s/g, '');
      if (digits ? !/^\d{6}$/.test(given) : !given) {
        this.#tell('bad', t(digits ? 'fillCode' : 'fillRecovery'));
        code.input.focus();
        return null;
      }
      return { name: this.#name, password: this.#password, code: given };
    }, [
      h(
        'button',
        { class: 'link', type: 'button', click: () => this.draw(other) },
        t(digits ? 'recoveryInstead' : 'codeInstead'),
      ),
      h('button', { class: 'link', type: 'button', click: () => this.#again() }, t('otherAccount')),
    ]);
  }

  #again() {
    this.#password = '';
    this.#vouched = false;
    this.draw('password');
  }

  /**
   * @param {Child[]} fields @param {() => import('./session.js').Credentials | null} read
   * @param {Child[]} below
   */
  #form(fields, read, below) {
    const button = h('button', { class: 'btn primary main', type: 'submit' }, t('signIn'));
    const submit = async (/** @type {Event} */ e) => {
      e.preventDefault();
      if (button.getAttribute('aria-disabled') === 'true') return;
      const credentials = read();
      if (!credentials) return;
      button.setAttribute('aria-disabled', 'true');
      fill(button, t('signingIn'));
      try {
        const { code = '' } = credentials;
        const who = await (this.#vouched ? signInByCode(code) : signIn(credentials));
        this.#password = '';
        this.done(who);
      } catch (error) {
        button.removeAttribute('aria-disabled');
        fill(button, t('signIn'));
        this.#failed(error, button);
      }
    };
    return h(
      'form',
      { class: 'stack', novalidate: true, submit },
      this.told,
      ...fields,
      button,
      ...below,
    );
  }

  /** @param {unknown} error @param {HTMLButtonElement} button */
  #failed(error, button) {
    if (!(error instanceof Problem)) {
      console.error(error);
      this.#tell('bad', t('errorUnknown'));
    } else if (error.code === 'code-needed') this.draw('code');
    else if (this.#vouched && ['sign-in-stale', 'not-linked'].includes(error.code))
      this.comeBack(error.code);
    else if (error.waitSeconds) this.#wait(error.waitSeconds, button);
    else {
      this.#tell('bad', error.message);
      const last = this.step === 'password' ? '#password' : '#code';
      const input = /** @type {HTMLInputElement | null} */ (byId('signin').querySelector(last));
      input?.select();
      input?.focus();
    }
  }

  /** Says how long until one may try again, counting down. @param {number} seconds @param {HTMLButtonElement} button */
  #wait(seconds, button) {
    const until = Date.now() + seconds * 1000;
    const left = h('span');
    const tick = () => {
      const rest = Math.ceil((until - Date.now()) / 1000);
      if (rest > 0) {
        left.textContent = t('waitFor', { time: duration(rest) });
        return;
      }
      clearInterval(this.#timer);
      button.removeAttribute('aria-disabled');
      this.#tell('', t('waitOver'));
    };
    button.setAttribute('aria-disabled', 'true');
    fill(
      this.told,
      note('clock', 'warn', h('b', { class: 'strong' }, t('waitTitle')), h('br'), left),
      // the right code opens a door that somebody else's guesses closed
      this.step === 'password' &&
        h(
          'button',
          { class: 'link', type: 'button', click: () => this.draw('code') },
          t('waitCode'),
        ),
    );
    // each second would be read out again
    left.setAttribute('aria-live', 'off');
    tick();
    announce(`${t('waitTitle')} ${left.textContent}`);
    clearInterval(this.#timer);
    this.#timer = setInterval(tick, 1000);
  }

  /** @param {'' | 'bad'} kind @param {string} text */
  #tell(kind, text) {
    fill(this.told, note(kind ? 'warn' : 'info', kind, text));
  }
}

/** @type {Record<Step, 'signIn' | 'codeTitle' | 'recoveryTitle'>} */
const TITLES = { password: 'signIn', code: 'codeTitle', recovery: 'recoveryTitle' };
/** @type {Record<Step, 'signInWhy' | 'codeWhy' | 'recoveryWhy'>} */
const WHYS = { password: 'signInWhy', code: 'codeWhy', recovery: 'recoveryWhy' };

const themeButton = () =>
  h(
    'button',
    {
      type: 'button',
      class: 'iconbtn',
      'aria-label': t('switchTheme'),
      title: t('switchTheme'),
      click: () => setTheme(theme() === 'dark' ? 'light' : 'dark'),
    },
    icon('sun'),
  );

const languageButton = () =>
  h(
    'button',
    {
      type: 'button',
      class: 'iconbtn strong',
      lang: t('otherLang'),
      title: t('switchLanguage'),
      click: switchLanguage,
    },
    t('otherLanguage'),
  );

/**
 * Covers the page with the card until somebody has signed in.
 * @param {{again?: boolean, fault?: string}} [how] `fault` is what another service's way back ended in
 * @returns {Promise<Who>}
 */
export function askToSignIn({ again = false, fault = '' } = {}) {
  const card = byId('signin');
  const covered = [byId('rail'), byId('stage')];
  document.body.classList.add('out');
  for (const part of covered) part.inert = true;
  card.hidden = false;
  return new Promise((resolve) => {
    const done = (/** @type {Who} */ who) => {
      card.hidden = true;
      fill(card);
      document.body.classList.remove('out');
      for (const part of covered) part.inert = false;
      resolve(who);
    };
    const asks = new SignIn(done, t(again ? 'signInAgain' : 'signInWhy'));
    if (fault) asks.comeBack(fault);
    else asks.draw('password');
    document.documentElement.dataset.ready = '1';
  });
}
