// The form that appoints somebody: role, area, from when to when.
import { get, send } from '../api.js';
import { fill, h } from '../dom.js';
import { field, formOf, selectField } from '../fields.js';
import { shifted } from '../format.js';
import { titled } from '../model.js';
import { today } from '../then/day.js';
import { t } from '../words.js';

/** @typedef {import('../contract').Choices} Choices */
/** @typedef {import('../contract').Account} Account */

/** @param {string} code @param {string} name */
const option = (code, name) => h('option', { value: code, translate: 'no' }, name);

/** Village and, below it, grid; the area chosen is the narrowest. @param {Choices} choices */
function areaFields({ town, villages }) {
  const village = selectField(
    t('areaVillage'),
    'appoint-village',
    option(town.code, `${town.name}（${t('allVillages')}）`),
    ...villages.map(({ code, name }) => option(code, name)),
  );
  const grid = selectField(t('areaGrid'), 'appoint-grid');
  const draw = () => {
    const chosen = villages.find(({ code }) => code === village.select.value);
    grid.node.hidden = !chosen;
    fill(
      grid.select,
      h('option', { value: '' }, t('wholeVillage')),
      ...(chosen?.grids ?? []).map(({ code, name }) => option(code, name)),
    );
  };
  village.select.addEventListener('change', draw);
  draw();
  return {
    nodes: [village.node, grid.node],
    value: () => (grid.node.hidden ? '' : grid.select.value) || village.select.value,
  };
}

/** @param {Account} account @param {() => Promise<void>} done @param {() => void} cancel */
export async function appointForm(account, done, cancel) {
  /** @type {Choices} */
  const choices = await get('/appointments/choices');
  const role = selectField(
    t('role'),
    'appoint-role',
    ...choices.roles.map((one) => h('option', { value: one.role }, titled(one.title))),
  );
  const area = areaFields(choices);
  const since = field(t('from'), { type: 'date', id: 'appoint-since', value: today() });
  const until = field(t('to'), { type: 'date', id: 'appoint-until' });
  return formOf({
    fields: [
      h('div', { class: 'pair' }, role.node),
      h('div', { class: 'pair' }, ...area.nodes),
      h('div', { class: 'pair' }, since.node, until.node),
      h('p', { class: 'small sec' }, t('openEnd')),
    ],
    button: t('appoint'),
    cancel,
    act: async () => {
      await send('POST', '/appointments', {
        account: account.id,
        role: role.select.value,
        area: area.value(),
        since: since.input.value,
        // the day chosen is the last with it
        until: until.input.value ? shifted(until.input.value, 1) : null,
      });
      await done();
    },
  });
}
