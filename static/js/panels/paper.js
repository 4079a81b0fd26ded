// Boundaries on paper: A3 pages, made by the server.
import { h, icon } from '../dom.js';
import { language } from '../prefs.js';
import { t } from '../words.js';

/** The way to a village's pages, or to that of one grid. @param {string} village @param {string} [grid] */
export function onPaper(village, grid) {
  const asked = new URLSearchParams({ lang: language(), ...(grid && { grid }) });
  return h(
    'a',
    {
      class: 'btn',
      href: `/boundaries/${village}/print?${asked}`,
      target: '_blank',
      rel: 'noopener',
    },
    icon('file'),
    t('onPaper'),
  );
}
