// Opening and closing the workshop as the address says.
import { model, townName, villageOf } from '../model.js';
import { focusTitle, showError, showLoading } from '../panels/frame.js';
import { t } from '../words.js';
import { Workshop } from './workshop.js';

/** @typedef {import('../map/view.js').View} View */

const VILLAGE = 12;

/** @type {Workshop | null} */
let open = null;
let turn = 0;

/** Opens a village, or a grid of one. @param {View} view @param {string} code @param {{written: () => void, focus: boolean}} how */
export async function openWorkshop(view, code, { written, focus }) {
  closeWorkshop();
  turn += 1;
  const mine = turn;
  const village = code.slice(0, VILLAGE);
  const title = villageOf(village)?.name ?? t('navDraw');
  showLoading(title);
  const bounds = villageOf(village)?.bounds;
  if (bounds) view.fit(bounds, { jump: !focus });
  const shop = new Workshop(view, { written });
  open = shop;
  try {
    await shop.open(village, code.length > VILLAGE ? code : null);
    if (mine !== turn) return shop.close();
    document.title = `${title} · ${t('navDraw')} · ${model.town ? townName(model.town) : ''}`;
    if (focus) focusTitle();
  } catch (error) {
    shop.close();
    if (mine !== turn) return;
    open = null;
    showError(title, error, () => openWorkshop(view, code, { written, focus: true }));
  }
}

export function closeWorkshop() {
  turn += 1;
  open?.close();
  open = null;
}
