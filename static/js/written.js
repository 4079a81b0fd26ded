// What people wrote stays as they wrote it: Chinese names and addresses also on the English page.
import { h } from './dom.js';
import { language } from './prefs.js';

const CHINESE = /([\u2e80-\u9fff\uf900-\ufaff\uff01-\uffee]+)/;

/**
 * The text with its Chinese marked where the page is English, so that it is read out in Chinese.
 * For names and other data only: the page's own words are translated.
 * @param {string} text @returns {(string | Node)[]}
 */
export const written = (text) =>
  language() === 'en'
    ? text.split(CHINESE).map((part, i) => (i % 2 ? h('span', { lang: 'zh-CN' }, part) : part))
    : [text];
