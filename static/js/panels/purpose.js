// Opening a secret in its place: what for, one press, and covered again after a minute.
import { send } from '../api.js';
import { announce, fill, h, icon } from '../dom.js';
import { moment } from '../format.js';
import { t } from '../words.js';

/** @typedef {import('../contract').Properties} Properties */

/**
 * One secret and where its masked value stands.
 * @typedef {{field: string, title: string, place: HTMLElement}} Secret
 */

/**
 * Whose secrets they are; `insert` puts the question into the page and returns what goes with
 * it. A child has none: its record is opened whole, into `open`.
 * @typedef {{
 *   layer: string,
 *   id: string,
 *   who: string,
 *   secrets: Secret[],
 *   insert: (box: HTMLElement) => HTMLElement,
 *   open?: (values: Properties) => () => void,
 * }} Subject
 */

const REASONS = /** @type {const} */ (['visit', 'errand', 'mediation', 'other']);
const GUARDIANSHIP = 'guardianship';
/** Characters that the server asks of the words. */
const SHORTEST = 2;

let boxes = 0;

/** @param {HTMLElement} place @param {string} value @returns {() => void} covers it again */
function uncover(place, value) {
  const covered = place.textContent;
  place.textContent = value;
  place.classList.add('opened');
  return () => {
    place.textContent = covered;
    place.classList.remove('opened');
  };
}

/** @param {() => void} cover @param {number} seconds */
function coverAfter(cover, seconds) {
  setTimeout(() => {
    cover();
    announce(t('coveredAgain'));
  }, seconds * 1000);
}

/** @param {string} name @param {(readonly [value: string, label: string])[]} options @param {() => void} change */
function radios(name, options, change) {
  return h(
    'div',
    { class: 'radios' },
    ...options.map(([value, label], i) =>
      h(
        'label',
        { class: 'radio' },
        h('input', { type: 'radio', name, value, checked: i === 0, change }),
        label,
      ),
    ),
  );
}

class Box {
  /** @param {Subject} subject @param {() => void} close */
  constructor(subject, close) {
    this.subject = subject;
    this.close = close;
    boxes += 1;
    this.name = `why-${boxes}`;
    this.isWhole = Boolean(subject.open);
    this.words = h('input', {
      class: 'input',
      type: 'text',
      maxlength: 200,
      required: true,
      input: () => this.#tell(),
    });
    this.wordsRow = h('label', { class: 'field' }, h('span', null, t('reasonWords')), this.words);
    this.told = h('p', { class: 'small sec' });
    this.fault = h('p', { class: 'small fault', role: 'alert' });
    this.press = h(
      'button',
      { class: 'btn primary grow', type: 'submit' },
      icon('eye'),
      t('openOnce'),
    );
    this.form = this.#form();
    this.#tell();
  }

  #form() {
    const { secrets, who } = this.subject;
    const changed = () => this.#tell();
    const what = secrets.map(({ field, title }) => /** @type {const} */ ([field, title]));
    const why = REASONS.map((one) => /** @type {const} */ ([one, t(`reason_${one}`)]));
    return h(
      'form',
      {
        class: 'why',
        'aria-labelledby': `${this.name}-title`,
        submit: (/** @type {Event} */ e) => {
          e.preventDefault();
          this.#send();
        },
        keydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Escape' && this.close(),
      },
      h('p', { class: 'strong', id: `${this.name}-title` }, this.#title(who)),
      secrets.length > 1 && radios(`${this.name}-what`, what, changed),
      !this.isWhole && radios(`${this.name}-why`, why, changed),
      this.wordsRow,
      this.told,
      this.fault,
      h(
        'div',
        { class: 'row' },
        this.press,
        h('button', { class: 'btn', type: 'button', click: () => this.close() }, t('openNot')),
      ),
    );
  }

  /** @param {string} who */
  #title(who) {
    const { secrets } = this.subject;
    if (this.isWhole) return t('whyChild');
    return secrets.length > 1
      ? t('whyWhich', { who })
      : t('whyTitle', { who, what: secrets[0].title });
  }

  /** @param {'what' | 'why'} group */
  #chosen(group) {
    const value = new FormData(this.form).get(`${this.name}-${group}`);
    return value === null ? null : String(value);
  }

  get reason() {
    if (this.isWhole) return GUARDIANSHIP;
    return /** @type {typeof REASONS[number]} */ (this.#chosen('why') ?? REASONS[0]);
  }

  #tell() {
    const typed = this.words.value.trim();
    this.words.setCustomValidity(typed.length < SHORTEST ? t('reasonWordsMissing') : '');
    const why = [t(`reason_${this.reason}`), typed].filter(Boolean).join(t('listComma'));
    fill(this.told, t('whyNoted', { at: moment(new Date().toISOString()), why }));
  }

  async #send() {
    const { layer, id, secrets } = this.subject;
    const field = this.isWhole ? null : (this.#chosen('what') ?? secrets[0].field);
    this.press.disabled = true;
    fill(this.fault);
    try {
      const { values, shown_s } = await send(
        'POST',
        `/collections/${encodeURIComponent(layer)}/items/${id}/openings`,
        { field, purpose: this.reason, text: this.words.value },
      );
      this.#show(field, values, shown_s);
    } catch (error) {
      fill(this.fault, error instanceof Error ? error.message : t('errorUnknown'));
      this.press.disabled = false;
    }
  }

  /** @param {string | null} field @param {Properties} values @param {number} seconds */
  #show(field, values, seconds) {
    const { secrets, open } = this.subject;
    this.close();
    const secret = secrets.find((one) => one.field === field);
    if (open) coverAfter(open(values), seconds);
    else if (secret) coverAfter(uncover(secret.place, String(values[secret.field])), seconds);
    announce(t('openedFor', { n: seconds }));
  }
}

/** The link that opens the question; pressed again it goes. @param {Subject} subject */
export function purposeLink(subject) {
  /** @type {HTMLElement | null} */
  let asked = null;
  const what = subject.secrets.map(({ title }) => title).join(t('listComma'));
  const close = () => {
    asked?.remove();
    asked = null;
    link.setAttribute('aria-expanded', 'false');
    link.focus();
  };
  const toggle = () => {
    if (asked) {
      close();
      return;
    }
    const { form } = new Box(subject, close);
    asked = subject.insert(form);
    link.setAttribute('aria-expanded', 'true');
    form.querySelector('input')?.focus();
  };
  const link = h(
    'button',
    {
      class: 'link',
      type: 'button',
      'aria-expanded': 'false',
      'aria-label': what ? t('openSecretOf', { who: subject.who, what }) : t('openChild'),
      click: toggle,
    },
    icon('lock', 'i-16'),
    t('openSecret'),
  );
  return link;
}
