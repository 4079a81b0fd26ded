// What the page knows of the town: its counts, its layers, and the names behind the codes.
import { get } from './api.js';
import { language } from './prefs.js';
import { t } from './words.js';

/** @typedef {import('./contract').Town} Town */
/** @typedef {import('./contract').Layer} Layer */
/** @typedef {import('./contract').Field} Field */
/** @typedef {import('./contract').Feature} Feature */
/** @typedef {import('./contract').Village} Village */
/** @typedef {import('./contract').Title} Title */

/** @type {{town: Town | null, layers: Layer[]}} */
export const model = { town: null, layers: [] };

/** @type {(() => void)[]} */
const listeners = [];

/** @param {() => void} listener */
export const onModel = (listener) => listeners.push(listener);

/** Reads town and layers again: at start, and after anything was written. */
export async function load() {
  const [town, { layers }] = await Promise.all([get('/town'), get('/layers')]);
  model.town = town;
  model.layers = layers;
  grids.clear();
  for (const listener of listeners) listener();
}

/** @param {Title} title */
export const titled = (title) => title[language()] || title.zh;

/** @param {string} id */
export const layerOf = (id) => model.layers.find((layer) => layer.id === id);

/** @param {string | null | undefined} code */
export const villageOf = (code) => model.town?.villages.find((v) => v.code === code);

/** @param {Village} village */
export const villageName = (village) =>
  language() === 'en' && village.name_en
    ? `${village.name_en} ${village.short_name}`
    : village.name;

/** @param {Town} town */
export const townName = (town) =>
  (language() === 'en' && town.name_en) || town.name || t('product');

/** @type {Map<string, Promise<Feature | null>>} */
const grids = new Map();

/** @param {string} code @returns {Promise<Feature | null>} */
export function gridOf(code) {
  const known = grids.get(code);
  if (known) return known;
  const asked = get('/collections/grid/items', { code, limit: 1 }).then(
    (/** @type {import('./contract').Items} */ found) => found.features[0] ?? null,
  );
  asked.catch(() => grids.delete(code));
  grids.set(code, asked);
  return asked;
}

/** @param {string} layer @param {string} id @returns {Promise<Feature>} */
export const itemOf = (layer, id) =>
  get(`/collections/${encodeURIComponent(layer)}/items/${encodeURIComponent(id)}`);

/** @param {string} layer @param {Record<string, string>} filter @returns {Promise<number>} */
export async function countOf(layer, filter) {
  const found = await get(`/collections/${layer}/items`, { ...filter, limit: 1 });
  return found.numberMatched ?? found.numberReturned;
}

/** A grid's name; in English from the number that ends its code. @param {import('./contract').Properties} grid */
export function gridName({ code, name }) {
  if (language() !== 'en' || String(code).length !== 15) return String(name ?? code);
  return t('gridNumber', { number: Number(String(code).slice(12)) });
}
