// Badges for points, drawn once in the browser: shape and colour both carry the kind.
import { loadIcons } from '../icons.js';
import { theme } from '../prefs.js';
import { kindColor, token } from './paint.js';

/** @typedef {import('../contract').Layer} Layer */
/** @typedef {OffscreenCanvasRenderingContext2D} Pen */

const SCALE = 2;
const RADIUS = 10;

/** @type {Map<string, Path2D>} */
const glyphs = new Map();

/** Reads the page's own icons, so that badges and buttons show the same signs. */
export async function loadGlyphs() {
  for (const symbol of await loadIcons()) glyphs.set(symbol.id, pathOf(symbol));
}

/** @param {Element} node @param {string} name */
const number = (node, name) => Number(node.getAttribute(name) ?? 0);

/** @type {Record<string, (path: Path2D, node: Element) => void>} */
const DRAW = {
  path: (path, node) => path.addPath(new Path2D(node.getAttribute('d') ?? '')),
  circle: (path, node) => {
    const [x, y, r] = [number(node, 'cx'), number(node, 'cy'), number(node, 'r')];
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 7);
  },
  rect: (path, node) =>
    path.roundRect(
      number(node, 'x'),
      number(node, 'y'),
      number(node, 'width'),
      number(node, 'height'),
      number(node, 'rx'),
    ),
};

/** @param {Element} symbol */
function pathOf(symbol) {
  const path = new Path2D();
  for (const node of symbol.children) DRAW[node.tagName]?.(path, node);
  return path;
}

/** @type {Record<string, (pen: Pen, r: number) => void>} */
const SHAPES = {
  circle: (pen, r) => pen.arc(0, 0, r, 0, 7),
  square: (pen, r) => pen.roundRect(1 - r, 1 - r, 2 * r - 2, 2 * r - 2, 4),
  diamond: (pen, r) => polygon(pen, r + 1.5, 4, 0),
  hex: (pen, r) => polygon(pen, r + 0.6, 6, Math.PI / 6),
};

/** @param {Pen} pen @param {number} r @param {number} corners @param {number} turn */
function polygon(pen, r, corners, turn) {
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners;
    pen.lineTo(r * Math.cos(angle), r * Math.sin(angle));
  }
}

/** @param {Pen} pen @param {Layer} layer */
function ground(pen, layer) {
  const outline = () => {
    pen.beginPath();
    (SHAPES[layer.style.shape] ?? SHAPES.circle)(pen, RADIUS);
    pen.closePath();
  };
  outline();
  pen.lineWidth = 3.4;
  pen.strokeStyle = token('--map-house-ring');
  pen.shadowColor = 'rgba(40,30,10,.35)';
  pen.shadowBlur = 3 * SCALE;
  pen.shadowOffsetY = SCALE;
  pen.stroke();
  pen.shadowColor = 'transparent';
  outline();
  pen.fillStyle = kindColor(layer.style.color);
  pen.fill();
}

/** The layer's icon (a plainer one for this size, if there is), else the first character of its name. @param {Pen} pen @param {Layer} layer */
function sign(pen, layer) {
  const { icon, shape } = layer.style;
  const glyph = glyphs.get(`${icon}-badge`) ?? glyphs.get(icon ?? '');
  pen.strokeStyle = pen.fillStyle = token('--map-house-ring');
  if (glyph) {
    const size = shape === 'diamond' ? 11 : 12;
    pen.scale(size / 24, size / 24);
    pen.translate(-12, -12);
    pen.lineWidth = (1.5 * 24) / size;
    pen.stroke(glyph);
    return;
  }
  pen.font = `600 11px ${token('--font-map')}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText([...layer.title.zh][0] ?? '', 0, 0.5);
}

/** @param {Layer} layer */
export const badgeId = (layer) => `badge-${layer.id}-${theme()}`;

/** @param {Layer} layer @returns {{width: number, height: number, data: Uint8ClampedArray}} */
export function drawBadge(layer) {
  const size = (RADIUS * 2 + 8) * SCALE;
  const pen = new OffscreenCanvas(size, size).getContext('2d');
  if (!pen) return { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  pen.scale(SCALE, SCALE);
  pen.translate(size / 2 / SCALE, size / 2 / SCALE);
  pen.lineJoin = pen.lineCap = 'round';
  ground(pen, layer);
  sign(pen, layer);
  return { width: size, height: size, data: pen.getImageData(0, 0, size, size).data };
}
