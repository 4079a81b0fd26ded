// The product's mark.
import { s } from './dom.js';
import { t } from './words.js';

export const brand = () =>
  s(
    'svg',
    { class: 'brand', viewBox: '0 0 40 40', role: 'img', 'aria-label': t('product') },
    s('path', { d: 'M6 9.5 20 4l14 5.5v21L20 36 6 30.500z', fill: 'currentColor' }),
    s('path', { d: 'M6 9.5v21L20 36V17.5z', fill: '#fff', opacity: '.16' }),
    s('path', {
      d: 'M20 4v32M6 20.5l14-3 14 3.5M13 6.800l1 11.700-1.500 14.800M27 6.800l-1.300 12 1.800 14.200',
      stroke: 'var(--surface)',
      'stroke-width': '1.5',
      fill: 'none',
      opacity: '.92',
    }),
  );
