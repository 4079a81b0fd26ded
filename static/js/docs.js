// The API's page: drawn from the server's own OpenAPI document.
import { get } from './api.js';
import { byId, fill, h, icon } from './dom.js';
import { loadIcons } from './icons.js';
import { faultOf, tag } from './panels/frame.js';
import { t } from './words.js';

/** @typedef {{name: string, in: string, required?: boolean, description?: string}} Parameter */
/**
 * @typedef {{
 *   summary?: string,
 *   description?: string,
 *   tags?: string[],
 *   parameters?: Parameter[],
 *   responses?: Record<string, {description?: string}>,
 * }} Operation
 */
/** @typedef {{path: string, verb: string, operation: Operation}} Entry */

/** @type {Record<string, string>} */
const KINDS = { get: 'ok', post: 'act', delete: 'bad' };

/** @param {Parameter} parameter */
const parameterOf = ({ name, required, description }) =>
  h(
    'li',
    null,
    h('code', { class: required && 'strong' }, name),
    h('span', { class: 'sec' }, description ?? ''),
  );

/** @param {[string, {description?: string}]} response */
const responseOf = ([status, { description }]) =>
  h(
    'li',
    null,
    h('code', { class: 'strong' }, status),
    h('span', { class: 'sec' }, description ?? ''),
  );

/** @param {Entry} entry */
function entryOf({ path, verb, operation }) {
  const parameters = operation.parameters ?? [];
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
      h('ul', null, ...Object.entries(operation.responses ?? {}).map(responseOf)),
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
        h('section', { class: 'group' }, h('h2', null, name), ...entries.map(entryOf)),
      ),
    );
  } catch (error) {
    fill(page, h('h1', null, t('docsTitle')), faultOf(error, draw));
  }
}

loadIcons().catch(() => null); // the words stand without them
draw();
