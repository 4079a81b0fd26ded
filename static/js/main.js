// The page: reads the town, draws the map, and follows the address.
import { onStranger } from './api.js';
import { byId, h, icon, onPhone } from './dom.js';
import { loadIcons } from './icons.js';
import { acceptDrops } from './imports/drop.js';
import { drawLegend } from './imports/legend.js';
import { ImportSheet } from './imports/sheet.js';
import { drawLayers, hidden, layersButton } from './layers-panel.js';
import { drawControls } from './map/controls.js';
import { pickOn } from './map/pick.js';
import { createView, WebglMissing } from './map/view.js';
import { load, model } from './model.js';
import { comeBack } from './other-service.js';
import { focusTitle, showError, showLoading } from './panels/frame.js';
import { openPanel } from './panels/index.js';
import { go, goInstead, here, onRoute } from './route.js';
import { drawSearch } from './search.js';
import { may, readSession, seesMap, signedIn } from './session.js';
import { followWindow, setSheet } from './sheet.js';
import { drawRail, drawTopRight, moreMenu, skipLink, watchReach } from './shell.js';
import { askToSignIn } from './signin.js';
import { dayAsked, onDay } from './then/day.js';
import { followDay } from './then/grids.js';
import { askDrafts, tellRows } from './waiting.js';
import { t } from './words.js';

/** @typedef {import('./map/view.js').View} View */
/** @typedef {import('./contract').Found} Found */
/** @typedef {import('./contract').ImportPoints} ImportPoints */
/** @typedef {import('./panels/index.js').Place} Place */

/** @type {View | null} */
let view = null;

const townBounds = () => model.town?.bounds ?? [112.85, 27, 113.05, 27.2];

const sheet = new ImportSheet({
  showPoints(points) {
    view?.update({ imported: points?.points ?? null, previewing: Boolean(points) });
    if (points?.bounds && !onPhone()) view?.fit(points.bounds);
  },
  written: refresh,
  leave: () => go(),
  lookAt(points) {
    go();
    // rows that waited for a decision were not written
    const written = points.points.filter(([, , outcome]) => outcome !== 'decision');
    view?.update({ imported: written });
    drawLegend(written.map(([, , outcome]) => outcome));
    if (points.bounds) view?.fit(points.bounds);
  },
});

/** Reads counts and layers again, and lets the map fetch new tiles. */
async function refresh() {
  if (!view && !seesMap()) return;
  askDrafts();
  await load();
  drawLayers(layersChanged);
  tellRows();
  view?.refresh(model.layers);
}

const layersChanged = () => view?.update({ hidden: hidden() });

/** @param {Place} place @param {boolean} jump */
function moveMap({ point, bounds }, jump) {
  if (!view) return;
  if (point) view.moveTo(point, { jump });
  else if (bounds) view.fit(bounds, { jump });
  // the note of another day came over what the map began with
  else if (jump && onPhone() && dayAsked()) view.fit(townBounds(), { jump });
}

/** @type {typeof import('./draw/index.js') | null} the workshop, once somebody was there */
let workshop = null;

const accountsSheet = () => import('./accounts/sheet.js');
const recordPage = () => import('./record/page.js');

/** Where those go who have no map, and whoever has first to see to their account. @returns {[name: string, value: string]} */
function elsewhere() {
  const [must] = signedIn()?.must ?? [];
  if (must) return ['account', must === 'totp' ? 'code' : must];
  if (may('accounts')) return ['accounts', ''];
  return may('record') ? ['record', ''] : ['account', ''];
}

/** Keeps people on the pages that are theirs. */
function keepHome() {
  const { name } = here();
  const must = signedIn()?.must.length;
  const open = !must && (seesMap() || ['account', 'accounts', 'record'].includes(name));
  const [home, value] = elsewhere();
  if (!open && (here().name !== home || here().value !== value)) goInstead(home, value);
}

/** @param {import('./route.js').Route} route @param {boolean} first */
async function followSheets(route, first) {
  byId('stage').classList.toggle('imp', route.name === 'import');
  byId('stage').classList.toggle('acc', route.name === 'accounts');
  byId('stage').classList.toggle('rec-open', route.name === 'record');
  if (route.name === 'import') {
    sheet.open(route.value);
    if (!first) byId('it').focus({ preventScroll: true });
  } else sheet.close();
  if (route.name === 'accounts')
    await (await accountsSheet()).openAccounts(route.value, { focus: !first });
  else if (!byId('accounts').hidden) (await accountsSheet()).closeAccounts();
  if (route.name === 'record') await (await recordPage()).openRecord(!first);
  else if (!byId('record').hidden) (await recordPage()).closeRecord();
  return ['import', 'accounts', 'record'].includes(route.name);
}

/** The workshop has map and panel for itself. @param {View} on @param {string} code @param {boolean} first */
async function enterWorkshop(on, code, first) {
  workshop = await import('./draw/index.js');
  await workshop.openWorkshop(on, code, { written: refresh, focus: !first });
}

/** @param {boolean} first */
async function follow(first) {
  keepHome();
  const route = here();
  const draws = route.name === 'draw' && route.value ? view : null;
  if (!draws) workshop?.closeWorkshop();
  if (view) followDay(view);
  if (await followSheets(route, first)) return;
  if (draws) return enterWorkshop(draws, route.value, first);
  const place = await openPanel(route, { focus: !first });
  if (!place) return;
  if (route.name && onPhone()) setSheet(route.name === 'account' ? 'full' : 'half');
  view?.update({ selected: place.selected });
  moveMap(place, first);
}

/** @param {Found} found */
function chosen({ layer, id, point, bounds }) {
  if (layer !== 'group') go(layer, id);
  else if (bounds) view?.fit(bounds);
  else if (point) view?.moveTo(point);
}

/** The map needs WebGL 2; without it everything else still works. @param {unknown} error */
function withoutMap(error) {
  const missing = error instanceof WebglMissing;
  if (!missing) console.error(error);
  byId('map').append(
    h(
      'div',
      { class: 'vacant nomap' },
      h('span', { class: 'mark warn big' }, icon('map', 'i-24')),
      h('h2', { class: 'title-s' }, missing ? t('noWebgl') : t('noMap')),
      h('p', { class: 'sec' }, missing ? t('noWebglText') : t('noMapText')),
    ),
  );
  document.documentElement.dataset.ready = '1';
}

async function drawMap() {
  try {
    const { town, layers } = model;
    view = await createView(byId('map'), {
      layers,
      villages: town?.villages ?? [],
      bounds: townBounds(),
      hidden: hidden(),
    });
    pickOn(view, (error) => showError(t('product'), error, () => location.reload()));
    document.addEventListener('mapserver:theme', () => view?.update({}));
    Object.assign(window, { mapserver: { map: view.map } });
  } catch (error) {
    withoutMap(error);
  }
  drawControls(view, layersButton(), townBounds);
}

function drawShell() {
  skipLink();
  drawRail();
  drawTopRight();
  const { button, menu } = moreMenu();
  drawSearch(chosen, button);
  byId('search').append(menu);
  byId('stage').setAttribute('aria-label', t('navMap'));
  if (may('import')) acceptDrops((file) => sheet.send(file));
}

/** A grid's panel may tell of another day. */
function dayMayBeAnother() {
  if (view && followDay(view) && here().name === 'grid') follow(true);
}

let started = false;

/** Reads the town, for those who may see it. */
async function openMap() {
  askDrafts();
  await load();
  drawLayers(layersChanged);
  tellRows();
  await drawMap();
}

/** Reads what one may see and draws it; again after a failure. */
async function start() {
  showLoading(t('product'));
  followWindow();
  const mapless = !seesMap() || Boolean(signedIn()?.must.length);
  document.body.classList.toggle('nomap-for', mapless);
  try {
    if (!mapless) await openMap();
  } catch (error) {
    showError(t('product'), error, start);
    document.documentElement.dataset.ready = '1';
    return;
  }
  if (!started) {
    onRoute(() => follow(false));
    onDay(dayMayBeAnother);
  }
  started = true;
  await follow(true);
  if (mapless) document.documentElement.dataset.ready = '1';
}

/** Asks who one is, and lets in. */
async function enter() {
  const fault = comeBack();
  try {
    const answer = await readSession();
    if (!answer.signed_in) await askToSignIn({ fault });
    delete document.documentElement.dataset.ready;
  } catch (error) {
    drawShell();
    showError(t('product'), error, () => location.reload());
    document.documentElement.dataset.ready = '1';
    return;
  }
  drawShell();
  await start();
}

let asking = false;

/** The session ended while the page was open: the same person goes on where they were. */
async function enterAgain() {
  if (asking || !started) return;
  asking = true;
  const before = signedIn()?.account;
  const { account } = await askToSignIn({ again: true });
  asking = false;
  if (account === before) await refresh().then(() => follow(false));
  else location.replace(location.pathname + location.search);
}

loadIcons().catch(() => null); // without them every button still has its words
onStranger(enterAgain);
watchReach(() => {
  if (!started) location.reload();
  else
    refresh().then(
      () => follow(false),
      () => focusTitle(),
    );
});
enter();
