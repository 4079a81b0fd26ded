// Pens on the map: terra-draw for nodes, shapes and lines; what comes of a stroke is an act.
import {
  TerraDraw,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
} from '../../vendor/terra-draw/terra-draw.mjs';
import { TerraDrawMapLibreGLAdapter } from '../../vendor/terra-draw/terra-draw-maplibre-gl-adapter.mjs';
import { token } from '../map/paint.js';
import { PREFIX } from '../map/view.js';
import { actBetween, MEANT_M, ringsOf, roundedAt } from './acts.js';
import { edgeMeant, nodeMeant, snapMetres } from './aim.js';
import { metresBetween } from './corners.js';
import { Fingers } from './fingers.js';

/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Act} Act */
/** @typedef {{code: string, geometry: import('../contract').Geometry}} Line an area whose edges are drawn on or snapped to */
/** @typedef {'none' | 'select' | 'polygon' | 'linestring'} Pen */
/**
 * @typedef {{
 *   act: (act: Act) => void,
 *   outlined: () => void,
 *   shape: (corners: Lonlat[]) => void,
 *   line: (corners: Lonlat[]) => void,
 * }} Strokes
 */

const COARSE = matchMedia('(pointer: coarse)').matches;
const NEAR_PX = COARSE ? 34 : 18;
/** A finger that presses slips by some pixels, and drags nothing by that. */
const SLIP_PX = COARSE ? 8 : 1;

/** Colours as terra-draw wants them. @param {string} name @returns {any} */
const colour = (name) => token(name);

const nodes = () => ({
  selectedPolygonColor: colour('--map-sel'),
  selectedPolygonFillOpacity: 0,
  selectedPolygonOutlineColor: colour('--map-sel'),
  selectedPolygonOutlineWidth: 3,
  selectionPointColor: colour('--map-house-ring'),
  selectionPointOutlineColor: colour('--map-sel'),
  selectionPointWidth: COARSE ? 9 : 6,
  selectionPointOutlineWidth: 2.4,
  midPointColor: colour('--map-house-ring'),
  midPointOutlineColor: colour('--map-sel'),
  midPointWidth: COARSE ? 5 : 3.4,
  midPointOutlineWidth: 1.4,
});

/** Grids lie there to be snapped to; the map draws them itself. @param {{properties: any}} feature */
const isGrid = ({ properties }) => Boolean(properties.grid);

const ink = () => ({
  fillColor: colour('--map-sel'),
  fillOpacity: (/** @type {any} */ one) => (isGrid(one) ? 0 : 0.1),
  outlineColor: colour('--map-sel'),
  outlineOpacity: (/** @type {any} */ one) => (isGrid(one) ? 0 : 1),
  outlineWidth: 3,
  closingPointColor: colour('--map-house-ring'),
  closingPointOutlineColor: colour('--map-sel'),
  closingPointWidth: 7,
  closingPointOutlineWidth: 2.4,
  snappingPointColor: colour('--map-move'),
  snappingPointWidth: 7,
});

export class Pens {
  /** @type {Map<string, Lonlat[]>} rings by id, as they were when they were laid out */
  #rings = new Map();
  /** @type {string | null} */
  #held = null;
  /** @type {[Line[], string | null]} what was laid out last */
  #laid = [[], null];
  /** @type {Lonlat[]} the corners that are set of the piece that is being drawn */
  outline = [];
  /** Whether what was laid out last still waits for the end of a stroke. */
  #late = false;
  /** @type {Pen} */
  pen = 'none';
  snaps = true;

  /** @param {any} map @param {Strokes} strokes */
  constructor(map, strokes) {
    this.map = map;
    this.strokes = strokes;
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({
        map,
        prefixId: PREFIX,
        coordinatePrecision: 9,
        minPixelDragDistanceSelecting: SLIP_PX,
      }),
      idStrategy: { isValidId: () => true, getId: () => crypto.randomUUID() },
      modes: [this.#select(), this.#polygon(), this.#line()],
    });
    this.draw.on('finish', (id, { action, mode }) => this.#finished(String(id), action, mode));
    this.draw.on('change', (ids) => this.#outlined(ids));
    this.draw.start();
    this.fingers = new Fingers(map.getCanvasContainer(), {
      draws: () => this.pen !== 'select',
      gone: () => this.#again(),
      up: () => this.#late && this.lay(...this.#laid),
    });
  }

  #select() {
    return new TerraDrawSelectMode({
      pointerDistance: NEAR_PX,
      styles: nodes(),
      allowManualSelection: false,
      allowManualDeselection: false,
      keyEvents: null,
      pointerEvents: {
        leftClick: true,
        rightClick: false,
        contextMenu: false,
        onDragStart: true,
        onDrag: true,
        onDragEnd: true,
      },
      flags: {
        polygon: {
          feature: {
            draggable: false,
            selfIntersectable: true,
            coordinates: {
              draggable: true,
              midpoints: { draggable: true },
              deletable: false,
              snappable: {
                toCustom: (event, { currentCoordinate }) => this.#snapped(event, currentCoordinate),
              },
            },
          },
        },
      },
    });
  }

  /** Where a node that is dragged lies, on a node or an edge that is near: neighbours have it where it was, and it would snap back to them. @param {{lng: number, lat: number}} event @param {number | undefined} index */
  #snapped({ lng, lat }, index) {
    const drawn = this.#held && this.draw.getSnapshotFeature(this.#held)?.geometry;
    const ring = drawn && /** @type {{coordinates: any}} */ (drawn).coordinates[0];
    const before = this.#rings.get(this.#held ?? '');
    if (!this.snaps || !ring || !before || index === undefined) return undefined;
    const isNew = ring.length > before.length;
    const besides = isNew ? [ring.at(index - 1), ring[index + 1]] : [before[index]];
    const reach = snapMetres(this.map);
    const meant =
      nodeMeant([lng, lat], this.rings, reach, besides) ??
      edgeMeant([lng, lat], this.rings, reach, besides);
    return meant ? roundedAt(meant) : undefined;
  }

  #snapping = () => ({ toLine: this.snaps, toCoordinate: this.snaps });

  #polygon() {
    return new TerraDrawPolygonMode({
      pointerDistance: NEAR_PX,
      snapping: this.#snapping(),
      styles: ink(),
      keyEvents: { cancel: null, finish: 'Enter' },
    });
  }

  #line() {
    return new TerraDrawLineStringMode({
      pointerDistance: NEAR_PX,
      snapping: this.#snapping(),
      styles: { lineStringColor: colour('--map-sel'), lineStringWidth: 3 },
      keyEvents: { cancel: null, finish: 'Enter' },
    });
  }

  /** @param {boolean} snaps */
  snap(snaps) {
    this.snaps = snaps;
    this.draw.updateModeOptions('polygon', { snapping: this.#snapping() });
    this.draw.updateModeOptions('linestring', { snapping: this.#snapping() });
  }

  /** Takes a pen in hand. @param {Pen} pen */
  take(pen) {
    this.pen = pen;
    this.draw.setMode(pen === 'none' ? 'static' : pen);
    this.#outlined([]);
    this.#hold();
  }

  /** Lays out the rings that pens snap to, and those of the chosen grid to be drawn on; during a stroke, after it. @param {Line[]} lines @param {string | null} chosen */
  lay(lines, chosen) {
    this.#laid = [lines, chosen];
    this.#late = this.pen === 'select' && this.fingers.down;
    if (this.#late) return;
    const held = this.draw.getMode();
    if (held !== 'static') this.draw.setMode('static');
    this.draw.clear();
    this.#rings = new Map(
      lines.flatMap(({ code, geometry }) =>
        ringsOf(geometry).map((ring, i) => /** @type {const} */ ([`${code}/${i}`, ring])),
      ),
    );
    this.draw.addFeatures(
      [...this.#rings].map(([id, ring]) => ({
        id,
        type: /** @type {const} */ ('Feature'),
        properties: { mode: 'polygon', grid: true },
        geometry: { type: /** @type {const} */ ('Polygon'), coordinates: [ring] },
      })),
    );
    if (!this.#held?.startsWith(`${chosen}/`) || !this.#rings.has(this.#held))
      this.#held = chosen && `${chosen}/0`;
    if (this.pen !== 'none') this.draw.setMode(this.pen);
    this.#hold();
  }

  /** What pens snap to. */
  get rings() {
    return [...this.#rings.values()];
  }

  /** Takes in hand that ring of the chosen grid which passes nearest to a place: its outline, a hole, another part. @param {Lonlat} at */
  holdNearest(at) {
    const away = (/** @type {Lonlat[]} */ ring) =>
      Math.min(...ring.map((node) => metresBetween(at, node)));
    const own = [...this.#rings].filter(([id]) => id.startsWith(`${this.#laid[1]}/`));
    const [nearest] = own.sort(([, a], [, b]) => away(a) - away(b))[0] ?? [null];
    if (own.length < 2 || nearest === this.#held) return;
    this.#held = nearest;
    this.cancel();
  }

  /** Puts back what a stroke that does not count has moved. */
  #again() {
    if (this.pen === 'select') this.lay(...this.#laid);
  }

  #hold() {
    if (this.pen === 'select' && this.#held && this.#rings.has(this.#held))
      this.draw.selectFeature(this.#held);
  }

  /** Whether a shape or a line is being drawn. */
  get drawing() {
    return this.draw.getModeState() === 'drawing';
  }

  /** Ends the line that is being drawn, or leaves the shape. */
  cancel() {
    const pen = this.pen;
    this.draw.setMode('static');
    if (pen !== 'none') this.draw.setMode(pen);
    this.#hold();
  }

  stop() {
    this.fingers.stop();
    this.draw.stop();
  }

  /** Notes the corners that are set of the piece that is being drawn, whenever there is one more or none. @param {(string | number)[]} ids */
  #outlined(ids) {
    if (!this.drawing && !this.outline.length) return;
    const drawn = ids
      .map((id) => this.draw.getSnapshotFeature(id))
      .find((one) => one && one.geometry.type === 'Polygon' && !isGrid(one));
    const { committedCoordinateCount } = drawn?.properties ?? {};
    const count = this.drawing ? Number(committedCoordinateCount ?? this.outline.length) : 0;
    if (count === this.outline.length) return;
    const [ring] = /** @type {{coordinates: any}} */ (drawn?.geometry ?? { coordinates: [[]] })
      .coordinates;
    this.outline = ring.slice(0, count);
    this.strokes.outlined();
  }

  /** @param {string} id @param {string} action @param {string} mode */
  #finished(id, action, mode) {
    const feature = this.draw.getSnapshotFeature(id);
    if (!feature) return;
    const { coordinates } = /** @type {{coordinates: any}} */ (feature.geometry);
    const before = this.#rings.get(id);
    if (before) return this.#moved(before, coordinates[0], action);
    if (action !== 'draw') return;
    this.draw.removeFeatures([id]);
    if (mode === 'linestring') this.strokes.line(coordinates);
    else this.strokes.shape(coordinates[0].slice(0, -1));
  }

  /** A ring in the middle of an edge counts when it was dragged, and two fingers move the map. @param {Lonlat[]} before @param {Lonlat[]} after @param {string} action */
  #moved(before, after, action) {
    if (this.fingers.many) return;
    if (action === 'insertMidpoint') {
      if (this.fingers.lifted) this.#again();
      return;
    }
    const act = actBetween(before, after);
    if (!act) return;
    this.#late = false; // its answer is laid out
    this.strokes.act({ ...act, snap_m: this.snaps ? MEANT_M : 0 });
  }
}
