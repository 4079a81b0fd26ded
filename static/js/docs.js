// The API's page: drawn from the server's own OpenAPI document.
import { get } from './api.js';
import { byId, fill, h, icon } from './dom.js';
import { loadIcons } from './icons.js';
import { faultOf, tag } from './panels/frame.js';
import { t } from './words.js';

/** @typedef {{type?: string, format?: string, minimum?: number, maximum?: number, enum?: string[]}} Schema */
/** @typedef {{name: string, in: string, required?: boolean, description?: string, schema?: Schema}} Parameter */
/** @typedef {{description?: string, content?: Record<string, unknown>}} Answer */
/**
 * @typedef {{
 *   summary?: string,
 *   description?: string,
 *   tags?: string[],
 *   parameters?: (Parameter | {$ref: string})[],
 *   requestBody?: Answer,
 *   responses?: Record<string, Answer | {$ref: string}>,
 * }} Operation
 */
/** @typedef {{path: string, verb: string, operation: Operation}} Entry */

/** @type {Record<string, string>} */
const KINDS = { get: 'ok', post: 'act', delete: 'bad' };

/**
 * What a reference such as "#/components/parameters/lang" stands for, or the value itself.
 * @param {any} api @param {any} value @returns {any}
 */
const resolved = (api, value) =>
  value.$ref
    ? value.$ref
        .slice(2)
        .split('/')
        .reduce((/** @type {any} */ part, /** @type {string} */ key) => part[key], api)
    : value;

/** @param {Schema} [schema] */
function kindOf(schema = {}) {
  if (schema.enum) return schema.enum.join(' | ');
  const { minimum, maximum } = schema;
  const range = minimum === undefined && maximum === undefined;
  const bounds = range ? '' : ` ${minimum ?? ''}–${maximum ?? ''}`;
  return `${schema.format ?? schema.type ?? ''}${bounds}`;
}

/** @param {Parameter} parameter */
const parameterOf = ({ name, required, description, schema }) =>
  h(
    'li',
    null,
    h('code', { class: required && 'strong' }, name),
    h('code', { class: 'sec' }, kindOf(schema)),
    h('span', { class: 'sec' }, description ?? ''),
  );

/** @param {[string, Answer]} response */
const responseOf = ([status, { description, content }]) =>
  h(
    'li',
    null,
    h('code', { class: 'strong' }, status),
    h('code', { class: 'sec' }, Object.keys(content ?? {}).join(', ')),
    h('span', { class: 'sec' }, description ?? ''),
  );

/** @param {any} api @param {Entry} entry */
function entryOf(api, { path, verb, operation }) {
  /** @type {Parameter[]} */
  const parameters = (operation.parameters ?? []).map((one) => resolved(api, one));
  /** @type {[string, Answer][]} */
  const responses = Object.entries(operation.responses ?? {}).map(([status, one]) => [
    status,
    resolved(api, one),
  ]);
  const opens = verb === 'get' && !path.includes('{');
  return h(
    'details',
    null,
    h(
      'summary',
      null,
      h('span', { class: `tag plain verb ${KINDS[verb] ?? ''}` }, verb.toUpperCase()),
      h('code', { class: 'strong' }, path),
      h('span', { class: 'sec' }, operation.summary ?? ''),
    ),
    h(
      'div',
      { class: 'inside' },
      h('p', { class: 'sec' }, operation.description ?? ''),
      parameters.length > 0 && h('h3', null, t('docsParameters')),
      parameters.length > 0 && h('ul', null, ...parameters.map(parameterOf)),
      h('h3', null, t('docsAnswers')),
      h('ul', null, ...responses.map(responseOf)),
      opens &&
        h('p', null, h('a', { class: 'link', href: path }, t('docsTry'), icon('chev', 'i-16'))),
    ),
  );
}

/** @param {Record<string, Record<string, Operation>>} paths @returns {Map<string, Entry[]>} */
function grouped(paths) {
  /** @type {Map<string, Entry[]>} */
  const groups = new Map();
  for (const [path, verbs] of Object.entries(paths))
    for (const [verb, operation] of Object.entries(verbs)) {
      const name = operation.tags?.[0] ?? '';
      groups.set(name, [...(groups.get(name) ?? []), { path, verb, operation }]);
    }
  return groups;
}

async function draw() {
  const page = byId('docs');
  document.title = `${t('docsTitle')} · ${t('product')}`;
  try {
    const api = await get('/api');
    fill(
      page,
      h('p', null, h('a', { class: 'link', href: '/' }, icon('back', 'i-16'), t('backToMap'))),
      h('h1', null, t('docsTitle')),
      h('p', { class: 'intro' }, t('docsIntro'), ' ', tag('', 'info', String(api.info.version))),
      ...[...grouped(api.paths)].map(([name, entries]) =>
        h(
          'section',
          { class: 'group' },
          h('h2', null, name),
          ...entries.map((entry) => entryOf(api, entry)),
        ),
      ),
    );
  } catch (error) {
    fill(page, h('h1', null, t('docsTitle')), faultOf(error, draw));
  }
}

loadIcons().catch(() => null); // the words stand without them
draw();
