// What the panel says of a draft.
import { byId, h, icon, onPhone } from '../dom.js';
import { groupedCode, moment } from '../format.js';
import { gridName } from '../model.js';
import { back, heading, note, show } from '../panels/frame.js';
import { measures } from '../panels/measures.js';
import { address } from '../route.js';
import { t } from '../words.js';
import { written } from '../written.js';
import { downloads, history } from './beside.js';
import { bringing } from './bringing.js';
import { button } from './button.js';
import { isJudging, showCross } from './cross.js';
import { drawField, showDetails } from './field.js';
import { faults, moves } from './findings.js';
import { footer } from './footer.js';
import { grouping } from './groups.js';
import { households, insidePiece } from './numbers.js';
import { others, rival } from './others.js';
import { outcome } from './outcome.js';
import { proposing } from './proposing.js';
import { stateTag } from './states.js';

/** @typedef {import('./workshop.js').Workshop} Workshop */

/** What was drawn and belongs to nobody yet. @param {Workshop} shop */
function giving(shop) {
  const { drawn, chosen, desk } = shop;
  if (!drawn) return null;
  const name = chosen ? shop.nameOf(chosen) : '';
  return h(
    'div',
    { class: 'sect give', 'data-give': '', role: 'group', 'aria-label': t('giveTo') },
    heading(t('giveTo')),
    chosen &&
      button('plus', t('giveChosen', { name }), () => shop.give('transfer'), {
        kind: shop.isWithinChosen ? '' : 'primary',
      }),
    chosen && button('draw', t('giveShape', { name }), () => shop.give('reshape')),
    button('split', t('giveOwn'), () => shop.give('cut-out'), {
      kind: shop.isWithinChosen ? 'primary' : '',
    }),
    button('grid', t('giveDedicated'), () => shop.give('cut-out', { dedicated: true })),
    (desk?.now?.faults.some(({ kind }) => kind === 'gap') || !desk?.grids.length) &&
      button('grid', t('giveFree'), () => shop.give('add')),
    button('close', t('giveUp'), () => shop.discard(), { kind: 'quiet' }),
  );
}

/** Another version came into force meanwhile: which, and what it changed. @param {Workshop} shop */
function overtaken({ desk }) {
  if (!desk?.overtaken) return null;
  const { base, beneath } = desk;
  const lines = beneath
    ? [
        named('beneathChanged', beneath.changed),
        named('beneathCome', beneath.come),
        named('beneathGone', beneath.gone),
        t('beneathDashed', { base }),
      ]
    : [];
  return note(
    'info',
    'warn',
    t('overtaken', { base, number: desk.overtaken }),
    lines.filter(Boolean).map((line) => h('span', { class: 'line' }, line)),
  );
}

/** @param {'beneathChanged' | 'beneathCome' | 'beneathGone'} word @param {import('./beneath.js').Named[]} grids */
const named = (word, grids) =>
  grids.length > 0 && t(word, { names: grids.map(gridName).join(t('listComma')) });

/** Grids that were in one piece, or in fewer, before they were drawn on. @param {Workshop} shop */
function inPieces({ desk, nameOf }) {
  if (!desk) return [];
  return desk.grids
    .filter(({ changed }) => changed)
    .map(({ code, geometry }) => {
      const before = desk.inForce.grids.find((one) => one.code === code);
      const n = pieces(geometry);
      return n > (before ? pieces(before.geometry) : 1)
        ? note('split', 'warn', t('gridInPieces', { name: nameOf(code), n }))
        : null;
    });
}

/** @param {import('../contract').Geometry} geometry */
const pieces = ({ type, coordinates }) =>
  type === 'MultiPolygon' ? /** @type {any[]} */ (coordinates).length : 1;

/** @param {Workshop} shop */
function notes(shop) {
  const { desk } = shop;
  if (!desk) return [];
  const { draft, refused, problem } = desk;
  return [
    problem?.code === 'offline' && note('off', 'warn', t('drawnOffline')),
    ...[problem, shop.problem].map(
      (one) => one && one.code !== 'offline' && note('warn', 'bad', one.message),
    ),
    shop.problem?.code === 'offline' && !problem && note('off', 'warn', shop.problem.message),
    refused && note('warn', 'bad', shop.said(refused)),
    rival(shop),
    overtaken(shop),
    ...inPieces(shop),
    draft?.state === 'returned' &&
      draft.remark &&
      note(
        'warn',
        'warn',
        t('sentBack', { who: draft.decided_by_title ?? '' }),
        written(draft.remark),
      ),
    draft?.state === 'submitted' &&
      note(
        'clock',
        'act',
        t(isJudging(shop) ? 'waitsForYou' : 'waitsForApproval', {
          at: moment(draft.submitted_at ?? ''),
        }),
      ),
  ].filter(Boolean);
}

/** @param {Workshop} shop */
function tagOf({ desk }) {
  if (desk?.draft?.state === 'approved') return null;
  return desk?.draft || desk?.acts.length ? stateTag(desk.draft?.state ?? 'draft') : null;
}

const toMap = () =>
  h(
    'button',
    { class: 'link', type: 'button', id: 'backtomap', click: () => showDetails(false) },
    icon('back', 'i-16'),
    h('span', null, t('backToDrawing')),
  );

/** @type {unknown} */
let told;

/** Whether something could not be done, and is not told yet. @param {Workshop} shop */
function isNews({ desk, problem }) {
  const last = told;
  told = problem ?? desk?.refused ?? null;
  return told !== null && told !== last;
}

/** Whether the numbers are about to be others. @param {boolean} busy */
export function showBusy(busy) {
  if (busy) byId('panel').setAttribute('aria-busy', 'true');
  else byId('panel').removeAttribute('aria-busy');
}

/** @param {Workshop} shop */
export function drawPanel(shop) {
  const { desk } = shop;
  if (!desk) return;
  const grid = shop.chosen ? desk.grid(shop.chosen) : undefined;
  const body = [
    h('div', { class: 'sect notes', 'aria-live': 'polite' }, ...notes(shop)),
    outcome(shop),
    insidePiece(shop),
    giving(shop),
    grid
      ? households(grid, desk.inForce.norm)
      : h('div', { class: 'sect' }, note('info', '', t('drawFirst'))),
    faults(shop),
    moves(shop),
    grid ? measures(grid) : null,
    grouping(shop),
    others(shop),
    history(shop),
    proposing(shop),
    bringing(shop),
    downloads(shop),
  ];
  const scrolled = isNews(shop) ? 0 : (byId('panel').querySelector('.body')?.scrollTop ?? 0);
  show({
    title: grid
      ? t('boundaryOf', { name: shop.nameOf(grid.code) })
      : t('boundariesOf', { name: desk.inForce.name }),
    crumb: onPhone() ? toMap() : back(address('village', desk.village), desk.inForce.name),
    tag: tagOf(shop),
    sub: grid && groupedCode(grid.code),
    body: body.filter((one) => one !== null),
    footer: footer(shop),
  });
  const now = byId('panel').querySelector('.body');
  if (now && scrolled) now.scrollTop = scrolled; // it wants a layout
  showBusy(desk.busy);
  if (onPhone()) drawField(shop);
  showCross(shop);
}
