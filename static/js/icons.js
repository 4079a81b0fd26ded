// The icons, put into the page once: they stay when the server is away, and badges share them.
import { s } from './dom.js';

/** @type {Promise<Element[]> | null} */
let loaded = null;

async function read() {
  const text = await (await fetch('/static/icons.svg')).text();
  const file = new DOMParser().parseFromString(text, 'image/svg+xml');
  const symbols = [...file.querySelectorAll('symbol')];
  const sheet = s('svg', { width: 0, height: 0, class: 'sprite', 'aria-hidden': 'true' });
  for (const symbol of symbols) {
    const copy = document.importNode(symbol, true);
    copy.id = `icon-${symbol.id}`;
    sheet.append(copy);
  }
  document.body.append(sheet);
  return symbols;
}

/** The symbols of icons.svg. */
export function loadIcons() {
  loaded ??= read();
  return loaded;
}
