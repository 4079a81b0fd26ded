// Which panel belongs to which address, and what the map shows beside it.
import { byId } from '../dom.js';
import { model, townName } from '../model.js';
import { t } from '../words.js';
import { focusTitle, show, showError, showLoading } from './frame.js';
import { goneContent } from './gone.js';
import { gridContent } from './grid.js';
import { houseContent } from './house.js';
import { placeContent } from './place.js';
import { townContent } from './town.js';
import { villageContent } from './village.js';
import { worklistContent } from './worklist.js';

/** @typedef {import('../route.js').Route} Route */
/** @typedef {import('../map/state.js').Selection} Selection */

/**
 * Where on the map a panel's subject lies.
 * @typedef {{
 *   selected: Selection | null,
 *   point?: import('../contract').Lonlat,
 *   bounds?: import('../contract').Bounds,
 * }} Place
 */

/** @type {Place} */
const NOWHERE = { selected: null };

/** @type {Record<string, (value: string) => Promise<import('./frame.js').Content & Place>>} */
const PANELS = {
  '': async () => ({ ...townContent(), ...NOWHERE }),
  village: villageContent,
  grid: async (value) => (await goneContent(value)) ?? gridContent(value),
  house: houseContent,
  worklist: worklistContent,
  draw: async () => (await import('../draw/villages.js')).villagesContent(),
  account: async (value) => (await import('../account/index.js')).accountContent(value),
};

let turn = 0;

/**
 * Shows the panel of a route; an answer that comes after a newer press is dropped.
 * @param {Route} route @param {{focus: boolean}} how @returns {Promise<Place | null>}
 */
export async function openPanel(route, { focus }) {
  turn += 1;
  const mine = turn;
  const town = model.town ? townName(model.town) : t('product');
  const panel = PANELS[route.name] ?? ((value) => placeContent(route.name, value));
  byId('panel').setAttribute('aria-busy', 'true');
  const slow = setTimeout(() => mine === turn && showLoading(town), 150);
  try {
    const content = await panel(route.value);
    if (mine !== turn) return null;
    show(content);
    if (focus) focusTitle();
    document.title = route.name ? `${content.title} · ${town}` : `${town} · ${t('product')}`;
    return content;
  } catch (error) {
    if (mine === turn) showError(town, error, () => openPanel(route, { focus: true }));
    return null;
  } finally {
    clearTimeout(slow);
    if (mine === turn) byId('panel').removeAttribute('aria-busy');
  }
}
