// The one style of the map: sources and layers, from what the server says and what is chosen.
import { areaGround, areaLine, areaNames } from './areas.js';
import { draftGround, draftLines, draftPoints, draftSource } from './draft.js';
import { areaHighlight, highlightSources, importHighlight, pointHighlight } from './highlight.js';
import { token } from './paint.js';
import { houseNames, houses, pointsOf, shapesOf } from './registers.js';
import { chosenThen, layersThen, thenSources } from './then.js';

/** @typedef {import('../../vendor/maplibre-gl/maplibre-gl.mjs').StyleSpecification} Style */
/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./state.js').MapState} MapState */
/** @typedef {import('../contract').Layer} Layer */
/** @typedef {import('../contract').Bounds} Bounds */

const STEP = 0.02; // degrees between the lines of the graticule
const REACH = 0.5; // degrees that it goes beyond the town

/** @param {number} from @param {number} to */
function steps(from, to) {
  const first = Math.ceil(from / STEP);
  return Array.from({ length: Math.floor(to / STEP) - first + 1 }, (_, i) => (first + i) * STEP);
}

/** @param {Bounds} bounds */
function graticule([west, south, east, north]) {
  const [w, s, e, n] = [west - REACH, south - REACH, east + REACH, north + REACH];
  const lines = [
    ...steps(w, e).map((lon) => [
      [lon, s],
      [lon, n],
    ]),
    ...steps(s, n).map((lat) => [
      [w, lat],
      [e, lat],
    ]),
  ];
  return /** @type {const} */ ({
    type: 'geojson',
    data: {
      type: 'Feature',
      properties: {},
      geometry: { type: 'MultiLineString', coordinates: lines },
    },
  });
}

/** @param {Layer} layer */
export const tileAddress = (layer) => new URL(layer.tiles?.url ?? '', location.origin).href;

/** @param {Layer} layer @param {Bounds} bounds */
const tileSource = (layer, bounds) => ({
  type: /** @type {const} */ ('vector'),
  // a URL object writes { and } as %7B and %7D
  tiles: [decodeURI(tileAddress(layer))],
  minzoom: layer.tiles?.minzoom,
  maxzoom: layer.tiles?.maxzoom,
  ...(layer.kind === 'area' ? { bounds } : {}),
});

/** @param {Layer[]} drawn @param {MapState} state @returns {LayerSpec[]} */
function stack(drawn, state) {
  const areas = drawn.filter((layer) => layer.kind === 'area');
  const registers = drawn.filter((layer) => layer.kind !== 'area');
  const house = registers.find((layer) => layer.id === 'house');
  const others = registers.filter((layer) => layer !== house);
  const houseIsVeiled = Boolean(state.selected?.code);
  const dots = house ? houses(house, state) : [];
  return [
    { id: 'desk', type: 'background', paint: { 'background-color': token('--map-desk') } },
    {
      id: 'graticule',
      type: 'line',
      source: 'graticule',
      paint: { 'line-color': token('--map-grat'), 'line-width': 1 },
    },
    ...areas.flatMap(areaGround),
    ...others.flatMap(shapesOf),
    ...draftGround(state),
    ...[...areas].reverse().map(areaLine),
    ...draftLines(state),
    ...dots,
    ...(houseIsVeiled ? areaHighlight(state) : []),
    // beside the rows of an import, other dots would be taken for rows
    ...(state.previewing ? [] : [...others].reverse().flatMap((layer) => pointsOf(layer, state))),
    ...importHighlight(state),
    ...(house ? houseNames(house, state) : []),
    // a draft names its grids itself
    ...[...areas]
      .reverse()
      .filter(({ id }) => !state.draft || id !== 'grid')
      .flatMap((layer) => areaNames(layer, state.villages)),
    ...draftPoints(state),
    ...pointHighlight(state),
  ];
}

/** @param {MapState} state @returns {Style} */
export function styleOf(state) {
  const tiled = state.layers.filter((layer) => layer.tiles);
  const drawn = tiled.filter((layer) => !state.hidden.has(layer.id));
  return {
    version: 8,
    sources: {
      graticule: graticule(state.bounds),
      ...Object.fromEntries(
        tiled.map((layer) => [`tiles-${layer.id}`, tileSource(layer, state.bounds)]),
      ),
      ...highlightSources(state),
      ...draftSource(state),
      ...thenSources(state),
    },
    layers: layersThen(state, stack(drawn, chosenThen(state))),
  };
}
