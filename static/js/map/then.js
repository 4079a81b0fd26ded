// The grids of another day: the grids' own layers, drawn from what was in force then.

/** @typedef {import('./paint.js').LayerSpec} LayerSpec */
/** @typedef {import('./state.js').MapState} MapState */
/** @typedef {import('../contract').GridThen} GridThen */

const TODAY = 'tiles-grid';

/** Whether they are; a draft is drawn on the grids of today. @param {MapState} state */
const isThen = ({ thenGrids, draft }) => Boolean(thenGrids && !draft);

/**
 * What is chosen, with the boundary that it had; a grid that there was not is not chosen.
 * @param {MapState} state @returns {MapState}
 */
export function chosenThen(state) {
  const { selected, thenGrids } = state;
  if (!thenGrids || !isThen(state) || selected?.layer !== 'grid') return state;
  const grid = thenGrids.find(({ properties }) => properties.code === selected.code);
  return { ...state, selected: grid ? { ...selected, area: grid.geometry } : null };
}

/** Layers of today's grids, from that day instead. @param {MapState} state @param {LayerSpec[]} layers @returns {LayerSpec[]} */
export function layersThen(state, layers) {
  if (!isThen(state)) return layers;
  return layers.map((layer) => {
    if (!('source' in layer) || layer.source !== TODAY) return layer;
    const { 'source-layer': part, ...rest } = layer;
    return /** @type {LayerSpec} */ ({
      ...rest,
      source: part === 'grid' ? 'then-grid' : 'then-label',
    });
  });
}

/** @param {any[]} features */
const collection = (features) => ({
  type: /** @type {const} */ ('geojson'),
  data: /** @type {any} */ ({ type: 'FeatureCollection', features }),
});

/** @param {GridThen} grid @param {Map<string, string>} villages @returns {any} */
const nameOf = ({ properties }, villages) => ({
  type: 'Feature',
  properties: { ...properties, village_name: villages.get(properties.village) },
  geometry: { type: 'Point', coordinates: properties.label },
});

/** @param {MapState} state @returns {Record<string, any>} */
export function thenSources(state) {
  if (!state.thenGrids || !isThen(state)) return {};
  const villages = new Map(state.villages.map(({ code, name }) => [code, name]));
  return {
    'then-grid': collection(state.thenGrids),
    'then-label': collection(state.thenGrids.map((grid) => nameOf(grid, villages))),
  };
}
