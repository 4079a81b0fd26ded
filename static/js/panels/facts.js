// A record as pairs of title and value, in the order of its layer file.
import { h } from '../dom.js';
import { shown } from '../format.js';
import { layerOf, titled } from '../model.js';

/** @param {unknown} value */
const isEmpty = (value) => value === null || value === undefined || value === '';

/** @param {string} layerId @param {import('../contract').Properties} properties @param {ReadonlySet<string>} [except] */
export function factsOf(layerId, properties, except = new Set()) {
  const fields = (layerOf(layerId)?.fields ?? []).filter(
    ({ name }) => !except.has(name) && !isEmpty(properties[name]),
  );
  if (!fields.length) return null;
  return h(
    'div',
    { class: 'sect' },
    h(
      'dl',
      { class: 'kv' },
      ...fields.flatMap((field) => [
        h('dt', null, titled(field.title)),
        h('dd', null, shown(field, properties[field.name])),
      ]),
    ),
  );
}
