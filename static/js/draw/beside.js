// Beside the draft: the versions there were, and files for other programs.
import { get } from '../api.js';
import { h } from '../dom.js';
import { day } from '../format.js';
import { heading, tag } from '../panels/frame.js';
import { onPaper } from '../panels/paper.js';
import { address } from '../route.js';
import { onMap } from '../then/link.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { once } from './carefully.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** @type {[kind: string, name: string][]} */
const FILES = [
  ['gpkg', 'GeoPackage'],
  ['shp', 'Shapefile'],
  ['geojson', 'GeoJSON'],
  ['kml', 'KML'],
  ['dxf', 'DXF'],
  ['gpx', 'GPX'],
];

/** The grids in force, for other programs. @param {Workshop} shop */
export const downloads = ({ desk }) =>
  h(
    'div',
    { class: 'sect' },
    heading(t('filesOut')),
    desk && h('p', null, onPaper(desk.village)),
    h(
      'p',
      { class: 'row wrap' },
      ...FILES.map(([kind, name]) =>
        h(
          'a',
          { class: 'link', href: `/boundaries/${desk?.village}/files/${kind}`, download: true },
          written(name),
        ),
      ),
    ),
  );

/** @param {Workshop} shop @param {number} number */
function bringBack(shop, number) {
  const bring = () =>
    once(shop, 'bring-back', async () => {
      await shop.do(await get(`/boundaries/${shop.desk?.village}/versions/${number}/act`));
    });
  const button = h('button', { class: 'btn sm', type: 'button', click: bring }, t('bringBack'));
  return h('span', null, button); // a button of its own would be the whole row
}

/** @typedef {import('../contract').BoundaryVersion} Version */

/** The way to the map of its day; a later version may have taken that day over. @param {Version} one @param {Version[]} versions */
function wayToMap({ village, number, effective }, versions) {
  const after = versions.filter((other) => (other.number ?? 0) > (number ?? 0));
  if (!effective || after.some((other) => (other.effective ?? '') <= effective)) return null;
  return onMap(effective, address('village', village));
}

/** @param {Workshop} shop */
export function history(shop) {
  const { desk } = shop;
  const versions = desk?.inForce.versions ?? [];
  if (!desk || !versions.length) return null;
  const newest = Math.max(...versions.map((one) => one.number ?? 0));
  return h(
    'div',
    { class: 'sect' },
    heading(t('versions')),
    h(
      'ul',
      { class: 'list plain versions' },
      ...versions.map((one) =>
        h(
          'li',
          { class: 'item' },
          h(
            'span',
            { class: 'txt' },
            h('b', null, t('versionNumber', { n: one.number ?? 0 })),
            h(
              'small',
              null,
              one.effective ? t('sinceDay', { day: day(one.effective) }) : t('asFound'),
              one.decided_by_title && ' ',
              one.decided_by_title && written(one.decided_by_title),
            ),
            wayToMap(one, versions),
          ),
          !one.in_force && tag('act', 'clock', t('notYet')),
          !desk.readOnly && one.number !== newest && bringBack(shop, one.number ?? 0),
        ),
      ),
    ),
  );
}
