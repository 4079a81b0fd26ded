// A record as pairs of title and value, in the order of its layer file.
import { h } from '../dom.js';
import { shown } from '../format.js';
import { layerOf, titled } from '../model.js';
import { t } from '../words.js';
import { purposeLink } from './purpose.js';

/** @param {unknown} value */
const isEmpty = (value) => value === null || value === undefined || value === '';

/** @typedef {import('../contract').Feature} Feature */
/** @typedef {import('../contract').Field} Field */

/** A secret that can be opened where it stands. @param {Field} field @param {unknown} value @param {string} layer @param {string} id */
function secretFact(field, value, layer, id) {
  const place = h('span', { class: 'mask', translate: 'no' }, String(value));
  const title = titled(field.title);
  const fact = h('dd', null, h('span', { class: 'row wrap idrow' }, place));
  const insert = (/** @type {HTMLElement} */ box) => fact.appendChild(box);
  const secrets = [{ field: field.name, title, place }];
  fact.firstElementChild?.append(purposeLink({ layer, id, who: t('thisRecord'), secrets, insert }));
  return fact;
}

/**
 * With the feature itself, its secrets can be opened.
 * @param {string} layerId @param {import('../contract').Properties} properties
 * @param {ReadonlySet<string>} [except] @param {Feature} [feature]
 */
export function factsOf(layerId, properties, except = new Set(), feature = undefined) {
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
        feature && field.privacy === 'secret'
          ? secretFact(field, properties[field.name], layerId, feature.id)
          : h('dd', null, shown(field, properties[field.name])),
      ]),
    ),
  );
}
