// Everything that the map shows; the style is a function of it.

/** @typedef {import('../contract').Layer} Layer */
/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Village} Village */
/** @typedef {import('../contract').Bounds} Bounds */

/**
 * What is chosen: an area (with the property that names it in the tiles), or a point, or both.
 * @typedef {{
 *   layer: string,
 *   code?: string,
 *   fid?: number,
 *   area?: any,
 *   point?: Lonlat,
 *   label?: string,
 * }} Selection
 */

/** @typedef {[number, number, string]} ImportedPoint */

/**
 * A draft as it is shown: its grids, those in force where they differ, what is wrong, the houses
 * that would move, what is being drawn by hand or by walking, a node that was pressed, a remark.
 * @typedef {{
 *   grids: import('../contract').DraftGrid[],
 *   before: import('../contract').Geometry[],
 *   faults: import('../contract').BoundaryFault[],
 *   moved: Lonlat[],
 *   chosen: string | null,
 *   corners: Lonlat[][],
 *   trace: Lonlat[],
 *   node: Lonlat | null,
 *   pin: Lonlat | null,
 * }} DraftShown
 */

/**
 * `thenGrids` are those of another day, drawn in place of today's.
 * @typedef {{
 *   layers: Layer[],
 *   villages: Village[],
 *   bounds: Bounds,
 *   hidden: ReadonlySet<string>,
 *   selected: Selection | null,
 *   imported: ImportedPoint[] | null,
 *   previewing: boolean,
 *   place: {point: Lonlat, metres: number} | null,
 *   draft: DraftShown | null,
 *   thenGrids: import('../contract').GridThen[] | null,
 * }} MapState
 */

/** @type {MapState} */
export const EMPTY = {
  layers: [],
  villages: [],
  bounds: [112.85, 27, 113.05, 27.2],
  hidden: new Set(),
  selected: null,
  imported: null,
  previewing: false,
  place: null,
  draft: null,
  thenGrids: null,
};
