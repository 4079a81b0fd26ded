// The workshop by keyboard: undo, redo, leave, delete, and a letter for each tool.
import { TOOLS } from './toolbar.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** @type {Record<string, (shop: Workshop) => unknown>} */
const KEYS = {
  z: (shop) => shop.undo(),
  y: (shop) => shop.redo(),
  escape: (shop) => shop.discard(),
  delete: (shop) => shop.dropNode(),
  backspace: (shop) => shop.dropNode(),
};

/** @param {Workshop} shop @param {KeyboardEvent} e */
function press(shop, e) {
  const inField = e.target instanceof HTMLElement && e.target.closest('input, textarea, select');
  if (inField || e.altKey || !shop.desk) return;
  const name = e.key.toLowerCase();
  if (e.shiftKey && name === 'z') shop.redo();
  else if (KEYS[name]) KEYS[name](shop);
  else if (!e.ctrlKey && !e.metaKey) takeTool(shop, name);
}

/** @param {Workshop} shop @param {string} key */
function takeTool(shop, key) {
  const found = TOOLS.find(([, , name]) => name === key);
  if (found && (!shop.desk?.readOnly || found[0] === 'select')) shop.take(found[0]);
}

/** Hears keys until the function that it returns is called. @param {Workshop} shop */
export function hearKeys(shop) {
  const hear = (/** @type {KeyboardEvent} */ e) => press(shop, e);
  addEventListener('keydown', hear);
  return () => removeEventListener('keydown', hear);
}
