// The map itself: it shows a state, moves to places, and says what was pressed.
import { LngLatBounds, Map as MapLibre } from '../../vendor/maplibre-gl/maplibre-gl.mjs';
import { byId, calmly, onPhone } from '../dom.js';
import { t } from '../words.js';
import { badgeId, drawBadge, loadGlyphs } from './badges.js';
import { drawHatch } from './draft.js';
import { EMPTY } from './state.js';
import { styleOf, tileAddress } from './style.js';

/** @typedef {import('./state.js').MapState} MapState */
/** @typedef {import('../contract').Bounds} Bounds */
/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Padding */

/** How the sources and layers of the pens are named, see `draw/pens.js`. */
export const PREFIX = 'td';

export class WebglMissing extends Error {}

const canDraw = () => Boolean(document.createElement('canvas').getContext('webgl2'));

/** What panels cover, so that a place comes to lie in what is left. @returns {Padding} */
export function uncovered() {
  const stage = byId('stage').getBoundingClientRect();
  if (onPhone()) {
    const sheet = byId(byId('stage').classList.contains('work') ? 'field' : 'panel');
    const covered = stage.bottom - sheet.getBoundingClientRect().top;
    const bottom = Math.min(covered + 12, stage.height * 0.62);
    const note = byId('then').getBoundingClientRect().bottom - stage.top;
    return { left: 16, right: 16, top: Math.max(124, note + 12), bottom };
  }
  const sheet = byId('imports');
  const panel = sheet.hidden ? byId('panel') : sheet;
  const left = panel.getBoundingClientRect().right - stage.left + 28;
  if (stage.width - left < 160) return { left: 20, right: 20, top: 20, bottom: 20 };
  return { left, right: 72, top: 64, bottom: 40 };
}

/** Keeps what the pens have put on the map. @param {any} before @param {any} after @returns {any} */
function withPens(before, after) {
  /** @param {string} name */
  const ofPens = (name) => name.startsWith(PREFIX);
  if (!before) return after;
  const sources = Object.entries(before.sources).filter(([name]) => ofPens(name));
  const layers = before.layers.filter((/** @type {{id: string}} */ { id }) => ofPens(id));
  return {
    ...after,
    sources: { ...after.sources, ...Object.fromEntries(sources) },
    layers: [...after.layers, ...layers],
  };
}

export class View {
  /** @type {MapState} */
  state = EMPTY;
  #queued = false;

  /** @param {HTMLElement} container @param {Partial<MapState>} state */
  constructor(container, state) {
    if (!canDraw()) throw new WebglMissing();
    this.state = { ...EMPTY, ...state };
    this.map = new MapLibre({
      container,
      style: styleOf(this.state),
      bounds: this.state.bounds,
      fitBoundsOptions: { padding: uncovered() },
      attributionControl: false,
      fadeDuration: 0,
      localIdeographFontFamily: '',
      minZoom: 8,
      maxZoom: 19,
      pitchWithRotate: false,
      dragRotate: false,
      validateStyle: false,
      locale: { 'Map.Title': t('mapTitle') },
      canvasContextAttributes: { antialias: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.setMissingStyleImageResolver((id) => this.#addBadge(id));
    this.map.once('idle', () => {
      document.documentElement.dataset.ready = '1';
    });
  }

  /** @param {string} id */
  #addBadge(id) {
    if (id.startsWith('hatch-') && !this.map.hasImage(id)) {
      this.map.addImage(id, drawHatch(id), { pixelRatio: 2 });
      return;
    }
    const layer = this.state.layers.find((one) => badgeId(one) === id);
    if (layer && !this.map.hasImage(id)) this.map.addImage(id, drawBadge(layer), { pixelRatio: 2 });
  }

  /** Shows a changed state at the next frame. @param {Partial<MapState>} change */
  update(change) {
    this.state = { ...this.state, ...change };
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.map.setStyle(styleOf(this.state), {
        diff: true,
        validate: false,
        transformStyle: (before, after) => withPens(before, after),
      });
    });
  }

  /** After something was written the layers come with new tile addresses. @param {Layer[]} layers */
  refresh(layers) {
    for (const layer of layers) {
      const source = /** @type {any} */ (this.map.getSource(`tiles-${layer.id}`));
      if (layer.tiles && source?.setTiles) source.setTiles([decodeURI(tileAddress(layer))]);
    }
    this.update({ layers });
  }

  /** @param {Bounds} bounds @param {{maxZoom?: number, jump?: boolean}} [how] */
  fit([w, s, e, n], { maxZoom = 16.5, jump = false } = {}) {
    this.map.fitBounds(
      new LngLatBounds([
        [w, s],
        [e, n],
      ]),
      { padding: uncovered(), maxZoom, ...this.#motion(jump) },
    );
  }

  /** @param {Lonlat} point @param {{zoom?: number, jump?: boolean}} [how] */
  moveTo(point, { zoom = 16.4, jump = false } = {}) {
    const near = Math.max(this.map.getZoom(), zoom);
    const { left, right, top, bottom } = uncovered();
    /** @type {[number, number]} */
    const offset = [(left - right) / 2, (top - bottom) / 2];
    this.map.easeTo({ center: point, zoom: near, offset, ...this.#motion(jump) });
  }

  /** @param {boolean} jump */
  #motion(jump) {
    return jump || calmly() ? { animate: false } : { duration: 320 };
  }
}

/** @param {HTMLElement} container @param {Partial<MapState>} state @returns {Promise<View>} */
export async function createView(container, state) {
  if (!canDraw()) throw new WebglMissing();
  await loadGlyphs();
  return new View(container, state);
}
