// The workshop: the grids of one village being drawn. It joins desk, pens, corners and panel.
import { announce, byId, onPhone } from '../dom.js';
import { Rest } from '../map/rest.js';
import { gridName } from '../model.js';
import { boundsOf } from '../panels/bounds.js';
import { language } from '../prefs.js';
import { t } from '../words.js';
import { lineOf, polygonOf, ringsOf } from './acts.js';
import { edgeMeant, nodeMeant, nodeMetres, snapMetres, underCross } from './aim.js';
import { nothingBrought } from './bringing.js';
import { Corners } from './corners.js';
import { Desk } from './desk.js';
import { readVillage } from './drafts.js';
import { showDetails } from './field.js';
import { nothingJudged } from './footer.js';
import { noGroups } from './groups.js';
import { hearKeys } from './keys.js';
import { rememberedWalk, rememberWalk } from './memory.js';
import { withNames } from './naming.js';
import { drawPanel, showBusy } from './panel.js';
import { Pens } from './pens.js';
import { Piece } from './piece.js';
import { nothingAsked } from './proposing.js';
import { SnapChip } from './snapchip.js';
import { drawToolbar } from './toolbar.js';
import { crossedBy, gridAt, isInside } from './where.js';

/** @typedef {import('../contract').Lonlat} Lonlat */
/** @typedef {import('../contract').Act} Act */
/** @typedef {import('../contract').Geometry} Geometry */
/** @typedef {import('../map/view.js').View} View */
/** @typedef {import('./toolbar.js').Tool} Tool */
/** @typedef {'shape' | 'split'} Use */

/** @type {import('../contract').Capture} */
const ON_SCREEN = { how: 'screen', datum: 'cgcs2000' };

/** @type {Record<Tool, import('./pens.js').Pen>} */
const PEN = {
  select: 'none',
  nodes: 'select',
  shape: 'polygon',
  split: 'linestring',
  merge: 'none',
};

export class Workshop {
  /** @type {Desk | null} */
  desk = null;
  /** @type {Pens | null} */
  pens = null;
  /** @type {Tool} */
  tool = 'nodes';
  /** @type {string | null} */
  chosen = null;
  /** @type {string | null} the first of two grids to be merged */
  merging = null;
  /** @type {Lonlat | null} the node that was pressed */
  node = null;
  /** @type {{shape: Geometry, reach: number, capture: import('../contract').Capture} | null} drawn, and not given to anybody yet */
  drawn = null;
  /** What lies in what is being drawn. */
  piece = new Piece(() => this.tell());
  /** @type {import('./thumb.js').Hand} how a phone draws */
  hand = 'cross';
  /** @type {Use} what corners are set for */
  use = 'shape';
  corners = new Corners(() => {
    this.failed = null;
    if (this.desk) this.#rememberWalk(this.desk.village);
    this.show();
  });
  /** A file of boundaries, as far as it has come. */
  brought = nothingBrought();
  /** What a proposal shall be like. */
  asked = nothingAsked();
  /** A group that is to be given to a grid, as far as it is chosen. */
  grouped = noGroups();
  /** @type {import('../api.js').Problem | null} why what was pressed could not be done */
  problem = null;
  /** @type {Lonlat[] | null} what was drawn and could not be */
  failed = null;
  /** @type {import('../contract').Approved | null} what was just put in force */
  approved = null;
  /** @type {string | null} what was pressed, until it is done */
  underway = null;
  /** What an approver decides with. */
  judged = nothingJudged();
  /** @type {SnapChip | null} */
  #chip = null;
  #laying = false;
  #closed = false;
  /** @type {(() => void)[]} */
  #leave = [];

  /** @type {Rest} */
  #rest;

  /** @param {View} view @param {{written: () => void}} calls */
  constructor(view, calls) {
    this.view = view;
    this.#rest = new Rest(view.map);
    this.calls = calls;
  }

  /** @param {string} village @param {string | null} grid */
  async open(village, grid) {
    const { inForce, drafts } = await readVillage(village);
    if (this.#closed) return; // one went elsewhere meanwhile
    this.desk = this.#deskOf(inForce);
    this.chosen = grid ?? inForce.grids[0]?.code ?? null;
    this.pens = new Pens(this.view.map, {
      act: (act) => this.do({ ...act, capture: ON_SCREEN }),
      outlined: () => this.#lookInside(),
      shape: (corners) => this.#shaped(polygonOf(corners), ON_SCREEN),
      line: (corners) => this.#cut(corners, ON_SCREEN),
    });
    this.#listen();
    this.#chip = new SnapChip(this);
    byId('stage').classList.add('work');
    if (onPhone()) this.take('select');
    else this.take(inForce.grids.length ? 'nodes' : 'shape');
    await this.desk.begin(drafts);
    if (onPhone()) this.#goOnWalking();
    if (grid) this.#lookAt(grid);
  }

  /** @param {string} village */
  #rememberWalk(village) {
    const { list, trace } = this.corners;
    rememberWalk(village, { list, trace, use: this.use });
  }

  /** Shows the corners that were set before the page was closed, or thrown out by the phone. */
  #goOnWalking() {
    const walk = this.desk && !this.desk.readOnly ? rememberedWalk(this.desk.village) : null;
    if (!walk) return;
    this.use = walk.use ?? 'shape';
    if (walk.trace.length) this.hand = 'walk';
    this.corners.recall(walk);
  }

  /** @param {import('../contract').Boundaries} inForce */
  #deskOf(inForce) {
    return new Desk(inForce, {
      changed: () => {
        this.show();
        requestAnimationFrame(this.#rest.end); // the numbers first
      },
      // map and panel keep what was drawn until the answer is there
      asking: () => {
        if (!this.desk) return;
        this.#rest.begin();
        drawToolbar(this);
        showBusy(true);
      },
    });
  }

  /** Goes on with what is in force now. @param {import('../contract').Approved} done */
  async goOn(done) {
    this.approved = done;
    this.show();
    const { inForce, drafts } = await readVillage(done.village);
    if (this.desk?.village !== done.village) return;
    this.desk.stop();
    this.desk = this.#deskOf(inForce);
    this.#anew();
    await this.desk.begin(drafts);
    if (onPhone()) showDetails(true);
  }

  /** Goes to another draft of the village, or to a new one. @param {import('../contract').BoundaryVersion | null} draft */
  async openDraft(draft) {
    this.hush();
    this.#anew();
    await this.desk?.open(draft);
  }

  /** @param {string} code */
  #lookAt(code) {
    const grid = this.desk?.grid(code);
    const bounds = grid && boundsOf(grid.geometry);
    if (bounds) this.view.fit(bounds, { jump: true });
  }

  close() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    if (this.#closed) return;
    this.#closed = true;
    this.#rest.end();
    this.corners.stop();
    this.#chip?.stop();
    this.#chip = null;
    this.pens?.stop();
    this.pens = null;
    this.desk?.stop();
    this.desk = null;
    byId('stage').classList.remove('work');
    byId('tools').replaceChildren();
    byId('hint').replaceChildren();
    byId('field').replaceChildren();
    byId('fieldtop').replaceChildren();
    byId('cross').hidden = true;
    byId('stage').classList.remove('detailed');
    this.view.update({ draft: null });
  }

  #listen() {
    const press = (/** @type {any} */ e) => this.#pressed([e.lngLat.lng, e.lngLat.lat]);
    const back = () => this.desk?.ask();
    addEventListener('online', back);
    addEventListener('beforeunload', this.#stay);
    this.view.map.on('click', press);
    this.#leave.push(
      () => this.view.map.off('click', press),
      hearKeys(this),
      () => removeEventListener('online', back),
      () => removeEventListener('beforeunload', this.#stay),
    );
  }

  /** Corners that the pen has set are nowhere else yet: the browser asks before it lets them go. @param {BeforeUnloadEvent} e */
  #stay = (e) => {
    if (this.pens?.drawing) e.preventDefault();
  };

  /** @param {Tool} tool */
  take(tool) {
    this.tool = tool;
    this.merging = null;
    this.node = null;
    this.hush();
    this.pens?.take(PEN[tool]);
    this.show();
  }

  /** What is submitted is looked at, not drawn on. */
  #putDown() {
    this.tool = 'select';
    this.pens?.take('none');
  }

  /** Sets a corner under the cross. */
  setCorner() {
    this.hush();
    this.corners.add(this.underCross().at);
  }

  /** @param {boolean} snaps */
  snap(snaps) {
    this.pens?.snap(snaps);
    this.show();
  }

  /** The last act is another than the proposal now. */
  #anew() {
    Object.assign(this.asked, { acts: 0, parted: [] });
  }

  /** What was said of an earlier stroke or press says nothing of what comes now. */
  hush() {
    this.problem = null;
    this.failed = null;
    this.approved = null;
    if (this.desk) this.desk.refused = null;
  }

  /** @param {Act} act @param {{instead?: boolean}} [how] whether in place of the last @returns {Promise<boolean>} whether it could be */
  async do(act, how) {
    if (!this.desk || this.desk.readOnly) return false;
    this.node = null;
    this.drawn = null;
    this.hush();
    this.#anew();
    const stands = await this.desk.do(act, how);
    const { refused } = this.desk ?? {};
    if (stands || !refused) return true;
    announce(this.said(refused));
    const shape = /** @type {{type: string, coordinates: any} | undefined} */ (act.shape);
    if (shape?.type === 'LineString') this.failed = shape.coordinates;
    else if (act.shape) this.failed = ringsOf(act.shape)[0];
    if (refused.at && !this.view.map.getBounds().contains(refused.at)) this.view.moveTo(refused.at);
    this.show();
    return false;
  }

  /** A refusal in words, with the names of grids. @param {import('./desk.js').Refusal} refused */
  said(refused) {
    return withNames(language() === 'en' ? refused.en : refused.zh, this.nameOf);
  }

  /** How near counts as on it, in metres. */
  get reach() {
    return this.pens?.snaps ? snapMetres(this.view.map) : 0;
  }

  /** @param {Geometry} shape @param {import('../contract').Capture} capture */
  #shaped(shape, capture) {
    this.hush();
    this.drawn = { shape, reach: this.reach, capture };
    this.show();
    if (onPhone()) showDetails(true);
    byId('panel').querySelector('#insidepiece, [data-give]')?.scrollIntoView({ block: 'nearest' });
  }

  /** Gives what was drawn: to the chosen grid, or to a new one. @param {'transfer' | 'cut-out' | 'add' | 'reshape'} kind @param {{dedicated?: boolean}} [how] whether it is a 专属网格 */
  async give(kind, { dedicated = false } = {}) {
    const given = this.drawn;
    if (!given) return;
    const { shape, reach, capture } = given;
    const grids = kind === 'transfer' || kind === 'reshape' ? [this.chosen ?? ''] : undefined;
    const mine = this.corners.list;
    showDetails(false);
    if (await this.do({ kind, grids, shape, reach_m: reach, capture })) {
      if (dedicated) this.desk?.dedicate();
      this.#clear(mine);
    } else {
      this.drawn ??= given; // to be given to somebody else
      this.show();
    }
  }

  /** Clears corners that were used, unless others were set meanwhile. @param {import('./corners.js').Corner[]} used */
  #clear(used) {
    if (this.corners.list === used) this.corners.clear();
  }

  /** An area of a file, to be given to a grid like one that is drawn. @param {Geometry} shape @param {import('../contract').Capture} capture @param {string | null} code */
  bring(shape, capture, code) {
    if (code) this.chosen = code;
    this.#shaped(shape, capture);
  }

  /** Whether all corners that were drawn lie in the chosen grid: most likely it has the piece already. */
  get isWithinChosen() {
    const grid = this.chosen ? this.desk?.grid(this.chosen) : undefined;
    if (!grid || !this.drawn) return false;
    return ringsOf(this.drawn.shape)
      .flat()
      .every((at) => isInside(at, grid.geometry));
  }

  /** What is being drawn: with the pen, corner by corner, or done and nobody's yet. @returns {Geometry | null} */
  get #drawing() {
    if (this.drawn) return this.drawn.shape;
    const set = this.use === 'shape' ? this.corners.places : [];
    const corners = this.pens?.outline.length ? this.pens.outline : set;
    return corners.length > 2 ? polygonOf(corners) : null;
  }

  /** Tells what lies in what is being drawn. */
  #lookInside() {
    if (this.desk) this.piece.look(this.desk, this.#drawing, this.drawn?.reach ?? this.reach);
  }

  discard() {
    this.drawn = null;
    this.hush();
    showDetails(false);
    this.corners.clear();
    this.pens?.cancel();
    this.show();
  }

  /** @param {Lonlat[]} corners @param {import('../contract').Capture} capture */
  async #cut(corners, capture) {
    const grid = crossedBy(corners, this.desk?.grids ?? [], this.chosen) ?? this.chosen;
    if (!grid) return;
    const mine = this.corners.list;
    const done = await this.do({
      kind: 'split',
      grids: [grid],
      shape: lineOf(corners),
      reach_m: this.reach,
      capture,
    });
    if (done) this.#clear(mine);
  }

  /** Ends what was set corner by corner on a phone. */
  finishCorners() {
    const places = this.corners.places;
    const { capture } = this.corners;
    this.corners.stop();
    if (this.use === 'split') this.#cut(places, capture);
    else this.#shaped(polygonOf(places), capture);
  }

  /** The place under the cross, on a node or an edge where one is near. @returns {{at: Lonlat, on: 'node' | 'edge' | null}} */
  underCross() {
    const at = underCross(this.view.map);
    const rings = this.pens?.snaps ? this.pens.rings : [];
    const node = nodeMeant(at, rings, nodeMetres(this.view.map));
    const edge = node ?? edgeMeant(at, rings, this.reach);
    return { at: edge ?? at, on: node ? 'node' : edge && 'edge' };
  }

  /** What pens draw on and snap to: the grids, and the village's own line. */
  get #lines() {
    const { desk } = this;
    return desk ? [...desk.grids, { code: desk.village, geometry: desk.inForce.outline }] : [];
  }

  /** @param {Lonlat} at */
  #pressed(at) {
    if (this.tool === 'nodes') {
      this.pens?.holdNearest(at);
      this.node = this.#nodeOfChosen(at);
      if (this.node) return this.show();
    }
    if (this.pens?.drawing || this.tool === 'shape' || this.tool === 'split') return undefined;
    const code = gridAt(at, this.desk?.grids ?? []);
    if (!code && this.merging) return this.#refuse(t('mergeOutside'), at);
    if (!code) return undefined;
    if (this.tool === 'merge') return this.#merge(code);
    this.choose(code);
    return undefined;
  }

  /** @param {Lonlat} at */
  #nodeOfChosen(at) {
    const rings = this.desk?.grids.flatMap(({ geometry }) => ringsOf(geometry)) ?? [];
    const node = nodeMeant(at, rings, nodeMetres(this.view.map));
    const grid = this.chosen && this.desk?.grid(this.chosen);
    const own = grid ? ringsOf(grid.geometry).flat() : [];
    return node && own.some(([lon, lat]) => lon === node[0] && lat === node[1]) ? node : null;
  }

  /** @param {string} code */
  choose(code) {
    this.chosen = code;
    this.node = null;
    this.show();
  }

  /** Says why what was pressed cannot be, and where. @param {string} why @param {Lonlat} at */
  #refuse(why, at) {
    if (!this.desk) return;
    this.desk.refused = { zh: why, en: why, at };
    announce(why);
    this.show();
  }

  /** @param {string} code */
  #merge(code) {
    if (!this.merging || this.merging === code) {
      this.merging = code;
      this.choose(code);
      return;
    }
    const first = this.merging;
    this.merging = null;
    this.do({ kind: 'merge', grids: [first, code] });
  }

  dropNode() {
    if (this.node) this.do({ kind: 'drop', at: this.node, reach_m: 0.05 });
  }

  keep = async () => this.desk?.keep();
  undo = () => {
    this.hush();
    this.#anew();
    return this.desk?.undo();
  };
  redo = () => {
    this.hush();
    this.#anew();
    return this.desk?.redo();
  };

  /** Shows the state on the map, the tools and the panel. */
  show() {
    const { desk } = this;
    if (!desk) return;
    if (desk.readOnly) {
      this.node = null;
      this.drawn = null;
    }
    if (this.chosen && !desk.grid(this.chosen)) this.chosen = desk.grids[0]?.code ?? null;
    this.view.update({
      selected: null,
      draft: {
        grids: desk.grids,
        before: desk.before,
        faults: desk.now?.faults ?? [],
        moved: (desk.now?.moved ?? []).flatMap((one) => one.points),
        chosen: this.chosen,
        corners: this.drawn ? ringsOf(this.drawn.shape) : [this.failed ?? this.corners.places],
        trace: this.corners.trace.map(([lon, lat]) => [lon, lat]),
        node: this.node,
        pin: desk.refused?.at ?? this.problem?.at ?? desk.draft?.place ?? null,
      },
    });
    if (desk.readOnly && this.tool !== 'select') this.#putDown();
    this.tell();
    this.#lookInside();
    this.#layPens();
  }

  /** Lays the corners that can be dragged, after the numbers are there. */
  #layPens() {
    if (this.#laying) return;
    this.#laying = true;
    requestAnimationFrame(() => {
      this.#laying = false;
      if (this.desk && !this.pens?.drawing) this.pens?.lay(this.#lines, this.chosen);
      this.#chip?.look();
    });
  }

  /** Says in the tools and the panel how things stand. */
  tell() {
    drawToolbar(this);
    drawPanel(this);
  }

  /** What a grid is called, by its code, also where it is no more. @param {string} code */
  nameOf = (code) => {
    const grid = this.desk?.grid(code) ?? this.desk?.inForce.grids.find((one) => one.code === code);
    return gridName({
      code,
      name: grid?.name ?? t('gridNumber', { number: Number(code.slice(12)) }),
    });
  };
}
