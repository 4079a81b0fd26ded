// Labelled fields of forms, and what a form says of itself.
import { Problem } from './api.js';
import { fill, h, icon } from './dom.js';
import { note } from './panels/frame.js';
import { t } from './words.js';

/** @typedef {import('./dom.js').Props} Props */
/** @typedef {import('./dom.js').Child} Child */
/** @typedef {{node: HTMLElement, input: HTMLInputElement}} Field */

/** @param {string} text @param {Props} props @returns {Field} */
export function field(text, props) {
  const input = h('input', { class: 'input', type: 'text', ...props });
  return { input, node: h('label', { class: 'field' }, h('span', null, text), input) };
}

/** A password that can be shown. @param {string} text @param {Props & {id: string}} props @returns {Field} */
export function passwordField(text, props) {
  const input = h('input', {
    class: 'input',
    type: 'password',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '1000',
    ...props,
  });
  const eye = h(
    'button',
    { type: 'button', class: 'iconbtn', 'aria-pressed': 'false', 'aria-label': t('showPassword') },
    icon('eye'),
  );
  eye.addEventListener('click', () => {
    const shows = input.type === 'password';
    input.type = shows ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(shows));
    eye.setAttribute('aria-label', t(shows ? 'hidePassword' : 'showPassword'));
    input.focus();
  });
  const label = h('label', { for: props.id }, text);
  return {
    input,
    node: h('div', { class: 'field' }, label, h('div', { class: 'eyed' }, input, eye)),
  };
}

/** @param {string} text @param {string} id @param {Child[]} options @returns {{node: HTMLElement, select: HTMLSelectElement}} */
export function selectField(text, id, ...options) {
  const select = h('select', { class: 'input', id }, ...options);
  return { select, node: h('label', { class: 'field' }, h('span', null, text), select) };
}

/** What went wrong, as a sentence. @param {unknown} error */
export function sentence(error) {
  if (error instanceof Problem) return error.message;
  console.error(error);
  return t('errorUnknown');
}

/**
 * A form with one main button; what `act` throws is said above the fields.
 * @param {{fields: Child[], button: string, act: () => Promise<void>, cancel?: () => void, check?: () => string}} doings
 */
export function formOf({ fields, button, act, cancel, check }) {
  const told = h('div', { class: 'told', role: 'alert' });
  const press = h('button', { class: 'btn primary', type: 'submit' }, button);
  const submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const wrong = check?.();
    if (wrong) {
      fill(told, note('warn', 'bad', wrong));
      return;
    }
    press.disabled = true;
    try {
      await act();
    } catch (error) {
      fill(told, note('warn', 'bad', sentence(error)));
    } finally {
      press.disabled = false;
    }
  };
  return h(
    'form',
    { class: 'stack form', novalidate: true, submit },
    told,
    ...fields,
    h(
      'div',
      { class: 'row' },
      press,
      cancel && h('button', { class: 'btn', type: 'button', click: cancel }, t('cancel')),
    ),
  );
}

/** A secret that is shown once, with a button that copies it. @param {string} text @param {string} label */
export function shownOnce(text, label) {
  const copy = h('button', { class: 'btn', type: 'button' }, icon('copy'), t('copyIt'));
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text).catch(() => null);
    fill(copy, icon('check'), t('copied'));
  });
  return h(
    'div',
    { class: 'once' },
    h('output', { class: 'secret', translate: 'no', 'aria-label': label }, text),
    copy,
  );
}

/**
 * A button that asks once more, in its own place.
 * @param {{text: string, label?: string, sure?: string, yes: string, act: () => Promise<void>}} doings
 */
export function asking({ text, label, sure, yes, act }) {
  const slot = h('div', { class: 'asking' });
  const rest = () =>
    fill(
      slot,
      h(
        'button',
        { class: 'btn danger sm', type: 'button', 'aria-label': label, click: ask },
        text,
      ),
    );
  const ask = () => {
    const told = h('p', { class: 'small sec', role: 'alert' }, sure ?? '');
    const go = async () => {
      try {
        await act();
      } catch (error) {
        fill(told, sentence(error));
      }
    };
    fill(
      slot,
      told,
      h(
        'div',
        { class: 'row wrap' },
        h('button', { class: 'btn danger sm', type: 'button', click: go }, yes),
        h('button', { class: 'btn sm', type: 'button', click: rest }, t('cancel')),
      ),
    );
    slot.querySelector('button')?.focus();
  };
  rest();
  return slot;
}
