// The grids of another day: asked for, put on the map, and told by the note.
import { get } from '../api.js';
import { here } from '../route.js';
import { dayAsked } from './day.js';
import { showDayInField } from './field.js';
import { showNote } from './note.js';

/** @typedef {import('../map/view.js').View} View */
/** @typedef {import('../contract').GridThen} GridThen */

/** @type {string | null} */
let shown = null;
let failed = false;

/** @type {Promise<GridThen[]> | null} */
let asked = null;

/** Sheets that lie over the map, and the workshop, are about the grids of today. */
function dayHere() {
  const { name, value } = here();
  const apart = ['import', 'accounts', 'record'].includes(name) || (name === 'draw' && value);
  return apart ? null : dayAsked();
}

/** Shows the day of the address. @param {View} view @returns {boolean} whether it is another than before */
export function followDay(view) {
  const day = dayHere();
  showDayInField();
  if (day === shown && !failed) return false;
  const another = day !== shown;
  shown = day;
  ask(view, day);
  return another;
}

/** @param {View} view @param {string | null} day */
async function ask(view, day) {
  failed = false;
  asked = day
    ? get('/boundaries', { as_of: day }).then((/** @type {any} */ { features }) => features)
    : null;
  const mine = asked;
  // until they are there, those of today would be taken for them
  view.update({ thenGrids: day ? [] : null });
  showNote(day ? { day, state: 'asked' } : null);
  if (!day || !mine) return;
  try {
    const thenGrids = await mine;
    if (mine !== asked) return;
    view.update({ thenGrids });
    showNote({ day, state: 'shown' });
  } catch (error) {
    if (mine !== asked) return;
    failed = true;
    showNote({ day, state: 'failed', error, retry: () => ask(view, day) });
  }
}

/** A grid of the day that is shown. @param {string} code @returns {Promise<{day: string, grid: GridThen} | null>} */
export async function gridThen(code) {
  const day = shown;
  const grids = await asked?.catch(() => null);
  const grid = grids?.find(({ properties }) => properties.code === code);
  return day && grid ? { day, grid } : null;
}

/** The day that is shown, where it has no such grid; null where it has, and until that is known. @param {string} code */
export async function dayWithout(code) {
  const day = shown;
  const grids = await asked?.catch(() => null);
  return grids?.every(({ properties }) => properties.code !== code) ? day : null;
}
