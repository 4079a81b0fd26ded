// Every layer the server has, switched on and off; the same choice as chips on a phone.
import { byId, fill, h, icon, onPhone, s } from './dom.js';
import { number } from './format.js';
import { kindVar } from './map/paint.js';
import { model, titled } from './model.js';
import { opens } from './popup.js';
import { keep, kept } from './prefs.js';
import { dayField } from './then/field.js';
import { t } from './words.js';

/** @typedef {import('./contract').Layer} Layer */

const SHAPES = {
  circle: () => s('circle', { cx: 10, cy: 10, r: 7.5 }),
  square: () => s('rect', { x: 3, y: 3, width: 14, height: 14, rx: 4 }),
  diamond: () => s('path', { d: 'm10 1.5 8.5 8.5-8.5 8.5L1.500 10z' }),
  hex: () => s('path', { d: 'm10 1.5 7.4 4.2v8.6L10 18.5l-7.4-4.200V5.700z' }),
};

/** @type {Record<string, [color: string, width: number]>} */
const LINES = {
  town: ['var(--map-town)', 2.8],
  village: ['var(--map-village)', 2.4],
  grid: ['var(--map-grid)', 1.4],
};

/** The sign a layer has on the map. @param {Layer} layer */
export function signOf(layer) {
  const sign = s('svg', { class: 'sym', viewBox: '0 0 20 20', 'aria-hidden': 'true' });
  const color = kindVar(layer.style.color);
  if (layer.kind === 'area') {
    const [stroke, width] = LINES[layer.id] ?? LINES.grid;
    sign.append(s('path', { d: 'M1 10h18', stroke, 'stroke-width': width }));
  } else if (layer.id === 'house') {
    sign.append(s('circle', { cx: 10, cy: 10, r: 3.4, fill: color }));
  } else if (!layer.geometry.includes('point')) {
    const box = { x: 3, y: 4, width: 14, height: 12, rx: 2, 'stroke-width': 1.5, stroke: color };
    sign.append(s('rect', { ...box, fill: color, 'fill-opacity': 0.2 }));
  } else {
    const shape = (SHAPES[layer.style.shape] ?? SHAPES.circle)();
    shape.setAttribute('fill', color);
    sign.append(shape);
  }
  return sign;
}

/** @returns {Record<string, boolean>} */
function choices() {
  try {
    return JSON.parse(kept('layers') ?? '{}');
  } catch {
    return {};
  }
}

/** @param {Layer} layer */
const isOn = (layer) => choices()[layer.id] ?? layer.style.on;

const onMap = () => model.layers.filter((layer) => layer.tiles);

/** @returns {ReadonlySet<string>} */
export const hidden = () =>
  new Set(
    onMap()
      .filter((layer) => !isOn(layer))
      .map((layer) => layer.id),
  );

/** @param {Layer} layer @param {() => void} changed */
function toggle(layer, changed) {
  keep('layers', JSON.stringify({ ...choices(), [layer.id]: !isOn(layer) }));
  for (const node of document.querySelectorAll(`[data-layer="${CSS.escape(layer.id)}"]`))
    node.setAttribute(
      node.getAttribute('role') === 'switch' ? 'aria-checked' : 'aria-pressed',
      String(isOn(layer)),
    );
  changed();
}

/** @param {Layer} layer @param {() => void} changed */
const row = (layer, changed) =>
  h(
    'button',
    {
      class: 'switch',
      role: 'switch',
      type: 'button',
      'data-layer': layer.id,
      'aria-checked': String(isOn(layer)),
      click: () => toggle(layer, changed),
    },
    signOf(layer),
    h('span', null, titled(layer.title)),
    h('span', { class: 'n' }, number(layer.count)),
    h('span', { class: 'sw' }),
  );

/** The grids have a day as well. @param {Layer} layer @param {() => void} changed */
function rows(layer, changed) {
  const one = row(layer, changed);
  if (layer.id !== 'grid') return [one];
  return [one, dayField(() => !isOn(layer) && toggle(layer, changed))];
}

/** @param {Layer} layer @param {() => void} changed */
const chip = (layer, changed) =>
  h(
    'button',
    {
      class: 'chip',
      type: 'button',
      'data-layer': layer.id,
      'aria-pressed': String(isOn(layer)),
      click: () => toggle(layer, changed),
    },
    layer.style.icon ? icon(layer.style.icon) : signOf(layer),
    h('span', null, titled(layer.title)),
  );

/** @param {() => void} changed */
export function drawLayers(changed) {
  const layers = onMap();
  const groups = [
    { title: t('boundaries'), layers: layers.filter((layer) => layer.kind === 'area') },
    { title: t('registers'), layers: layers.filter((layer) => layer.kind !== 'area') },
  ];
  const panel = byId('layers');
  panel.setAttribute('aria-label', t('layers'));
  fill(
    panel,
    groups
      .filter((group) => group.layers.length)
      .flatMap((group) => [
        h('h2', null, group.title),
        ...group.layers.flatMap((layer) => rows(layer, changed)),
      ]),
  );
  const chips = byId('chips');
  chips.setAttribute('aria-label', t('layersQuick'));
  fill(
    chips,
    groups[1].layers.filter((layer) => layer.style.on).map((layer) => chip(layer, changed)),
  );
}

/** The button that opens the list. */
export function layersButton() {
  const panel = byId('layers');
  const button = h(
    'button',
    {
      type: 'button',
      'aria-label': t('layers'),
      title: t('layers'),
    },
    icon('layers'),
  );
  opens(button, panel, onPhone); // on a large screen one looks at map and list together
  return button;
}
