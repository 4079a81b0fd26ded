// Numbers, dates and values as people read them here.
import { h } from './dom.js';
import { layerOf, titled } from './model.js';
import { address } from './route.js';
import { t } from './words.js';
import { written } from './written.js';

/** @typedef {import('./contract').Field} Field */
/** @typedef {import('./dom.js').Child} Child */

/** @param {number} n */
export const number = (n) => n.toLocaleString('en-US');

/** @param {string} iso @returns {string} the day and minute, in the reader's own time */
export function moment(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** @param {string} iso @returns {string} the day, with its year */
export function day(iso) {
  const at = new Date(iso);
  if (/^\d{4}-\d\d-\d\d$/.test(iso) || Number.isNaN(at.getTime())) return iso;
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** A day so many days later. @param {string} iso @param {number} days */
export function shifted(iso, days) {
  const at = new Date(`${iso}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** A number masked by the server: the stars stay together and are read as one. @param {string} text */
export const masked = (text) => h('span', { class: 'mask', translate: 'no' }, text);

/** A 15-digit grid code in groups, the last one strong. @param {string} code */
export function groupedCode(code) {
  const parts =
    code.length === 15 ? [0, 6, 9, 12].map((i, k, all) => code.slice(i, all[k + 1])) : [code];
  return h('span', { class: 'code', translate: 'no' }, ...parts.map((part) => h('b', null, part)));
}

/** @param {string} code @param {Field} field */
export function codeName(code, field) {
  const title = field.codes?.[code];
  return title ? titled(title) : code;
}

/** @param {Field} field @param {unknown} value @returns {Child} */
export function shown(field, value) {
  if (field.type === 'code') return codeName(String(value), field);
  if (field.type === 'boolean') return value ? t('yes') : t('no');
  if (field.type === 'number' || field.type === 'integer') return number(Number(value));
  if (field.privacy === 'secret' || field.type === 'phone') return masked(String(value));
  if (field.type === 'ref') return reference(field, String(value));
  return written(String(value));
}

/** @param {Field} field @param {string} id */
function reference(field, id) {
  const target = /** @type {{layer?: string}} */ (field).layer ?? field.name;
  return layerOf(target) ? h('a', { class: 'link', href: address(target, id) }, t('open')) : id;
}
