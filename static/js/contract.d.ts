// What the server sends. Types only; the browser never loads this file.

export type Bounds = [west: number, south: number, east: number, north: number];
export type Lonlat = [lon: number, lat: number];
export type Title = { zh: string; en: string };

export type Village = {
  code: string;
  name: string;
  short_name: string;
  name_en: string | null;
  kind: string;
  bounds: Bounds;
  label: Lonlat;
  grids: number;
  houses: number;
  people: number;
  unplaced: number;
};

export type Counts = {
  villages: number;
  communities: number;
  grids: number;
  area_km2: number;
  houses: number;
  people: number;
  schools: number;
  organizations: number;
  unplaced: number;
  unassigned: number;
  contradictions: number;
  doubles: number;
};

export type Town = {
  code: string;
  name: string | null;
  name_en: string | null;
  synthetic: boolean;
  bounds: Bounds | null;
  counts: Counts;
  villages: Village[];
  sequence: number;
};

export type Field = {
  name: string;
  title: Title;
  type: string;
  privacy: 'public' | 'personal' | 'secret';
  required: boolean;
  codes?: Record<string, Title>;
};

export type LayerStyle = {
  color: string;
  shape: 'circle' | 'square' | 'diamond' | 'hex';
  icon: string | null;
  label: string | null;
  order: number;
  on: boolean;
};

export type Layer = {
  id: string;
  title: Title;
  geometry: ('point' | 'line' | 'polygon')[];
  kind: 'area' | 'register';
  count: number;
  sequence: number;
  style: LayerStyle;
  tiles: null | { url: string; minzoom: number; maxzoom: number; fields: string[] };
  fields: Field[];
};

export type Geometry = { type: string; coordinates: unknown };
// biome-ignore lint/suspicious/noExplicitAny: what a feature holds is known only from its layer
export type Properties = Record<string, any>;
export type Feature = {
  type: 'Feature';
  id: string;
  geometry: Geometry | null;
  properties: Properties;
};
export type Items = {
  type: 'FeatureCollection';
  features: Feature[];
  numberMatched?: number;
  numberReturned: number;
  links?: { rel: string; href: string }[];
};

export type Found = {
  layer: string;
  id: string;
  title: string;
  subtitle: string;
  point: Lonlat | null;
  bounds: Bounds | null;
};

export type WorklistItem = {
  layer: string;
  id: string;
  title: string;
  subtitle: string;
  village: string | null;
  village_name: string | null;
  people: number;
  reason: string;
};
export type Worklist = { total: number; items: WorklistItem[]; next: number | null };

export type ProblemBody = {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  instance?: string;
  retry_after_s?: number;
  at?: Lonlat;
};

export type Outcome = 'added' | 'updated' | 'unchanged' | 'decision' | 'refused';
export type ImportState =
  | 'reading'
  | 'ready'
  | 'committing'
  | 'committed'
  | 'undoing'
  | 'undone'
  | 'failed'
  | 'discarded';
export type Import = {
  id: string;
  layer: string;
  file: string;
  bytes?: number;
  state: ImportState;
  stage: 'read' | 'columns' | 'rows' | 'places' | 'compare' | 'write';
  done?: number;
  total?: number;
  problem: ProblemBody | null;
  sheets: { name: string; rows: number; header_rows: number[] }[];
  columns: { sheet: string; column: string; heading: string; field: string; title: Title | null }[];
  refused_columns: { heading: string; cells: number }[];
  unknown_columns: { sheet: string; column: string; heading: string }[];
  counts: Record<Outcome, number>;
  skipped_sheets?: { name: string; reason: 'hidden' | 'empty' | 'no-header'; rows: number }[];
  houses: { added: number; found?: number; unplaced: number };
  unassigned: number;
  contradictions: number;
  created_at: string;
  committed_at: string | null;
  by: string | null;
  undoable: boolean;
};

export type RowProblem = {
  cell: string | null;
  column: string | null;
  code: string;
  severity: 'refuse' | 'decide' | 'note';
  reason: string;
  mend: string;
};
export type Decision = {
  key: string;
  reason: string;
  options: { id: string; title: string }[];
  text: string | null;
};
export type Row = {
  sheet: string;
  sheet_index: number;
  row: number;
  name: string;
  address: string;
  outcome: Outcome;
  problems: RowProblem[];
  decision: Decision | null;
  point: Lonlat | null;
};
export type Rows = { total: number; rows: Row[] };
export type ImportPoints = { points: [number, number, string][]; bounds: Bounds | null };

export type Duty = 'import' | 'draw' | 'approve' | 'export' | 'accounts' | 'record';
export type Grant = { role: string; title: Title; area: string; area_name: string };
export type OtherService = { title: string; subject?: string | null };
export type SignedOut = { signed_in: false; oidc?: OtherService };
export type Who = {
  signed_in: true;
  account: string;
  name: string;
  title: string;
  via: 'session' | 'token';
  grants: Grant[];
  duties: Duty[];
  map: boolean;
  must: ('password' | 'totp')[];
  oidc?: OtherService;
  writes: boolean;
};
export type OwnAccount = { second_factor: boolean; recovery_codes: number };
export type NewFactor = { secret: string; uri: string; qr: { size: number; path: string } };
export type OpenSession = {
  id: string;
  current: boolean;
  created_at: string;
  seen_at: string;
  client: string;
};
export type Token = {
  id: string;
  title: string;
  created_at: string;
  expires_at: string;
  area: string;
  area_name: string;
  roles: Pick<Grant, 'role' | 'title'>[] | null;
  writes: boolean;
};
export type Appointment = Grant & {
  id: string;
  since: string;
  until: string | null;
  state: 'current' | 'later' | 'ended';
};
export type Account = {
  id: string;
  name: string;
  title: string;
  state: 'active' | 'closed';
  second_factor: boolean;
  temporary_password: boolean;
  identity: { issuer: string; subject: string } | null;
  appointments: Appointment[];
};
export type Accounts = { total: number; accounts: Account[]; next: number | null };
export type Choices = {
  roles: { role: string; title: Title }[];
  town: { code: string; name: string };
  villages: { code: string; name: string; grids: { code: string; name: string }[] }[];
};

export type RecordEntry = {
  first: number;
  last: number;
  count: number;
  at: string;
  actor: string;
  action: string;
  layer: string | null;
  layer_title: string | null;
  item: string | null;
  batch: string | null;
  fields: { name: string; title: string }[];
  said: { title: string; text: string }[];
};
export type RecordLayers = { layers: { id: string; title: Title }[] };
export type RecordPage = {
  entries: RecordEntry[];
  next: string | number | null;
  events: number;
  sequence: number;
  since: string | null;
};

export type ActKind =
  | 'add'
  | 'cut-out'
  | 'transfer'
  | 'reshape'
  | 'split'
  | 'merge'
  | 'move'
  | 'bend'
  | 'drop'
  | 'snap'
  | 'load';
/** How the places of an act were found: pressed on the map, under the cross, or walked. */
export type Datum = 'cgcs2000' | 'wgs84' | 'gcj02' | 'bd09';
/** What came of a file of boundaries; `repaired` are areas that were made valid. */
export type Arrival = {
  act: Act | null;
  lines: Geometry[];
  areas: number;
  elsewhere: number;
  others: number;
  repaired: { index: number; code: string; zh: string; en: string }[];
  shift: { datum: Datum; distance_m: number; fits: number; fits_now: number } | null;
};
/** A 组 of a village; `grids` are its households in each grid that has a house of it. */
export type Group = {
  name: string;
  houses: number;
  households: number;
  people: number;
  grids: Record<string, number>;
};
/** What lies in a piece that is being drawn; counts are null for those who may not read the village. */
export type Piece = {
  counts: GridCounts | null;
  holders: { grid: string | null; houses: number; households: number; people: number }[];
};
export type Capture = {
  how: 'screen' | 'cross' | 'walk' | 'file';
  datum: Datum;
  accuracy_m?: (number | null)[];
  trace?: [lon: number, lat: number, accuracy_m: number][];
};
export type Act = {
  kind: ActKind;
  grids?: string[];
  shape?: Geometry;
  at?: Lonlat;
  to?: Lonlat;
  reach_m?: number;
  snap_m?: number;
  codes?: string[];
  capture?: Capture;
  parts?: Record<string, Geometry>;
  kinds?: Record<string, 'ordinary' | 'dedicated'>;
};
export type GridCounts = {
  houses: number;
  households: number;
  people: number;
  schools: number;
  organizations: number;
};
/** A grid as it was, or will be, on a day. */
export type GridThen = {
  type: 'Feature';
  id: string;
  geometry: Geometry;
  properties: {
    code: string;
    name: string;
    village: string;
    version: number | null;
    label: Lonlat;
  };
};
export type DraftGrid = {
  code: string;
  name: string;
  geometry: Geometry;
  /** where its name stands */
  label: Lonlat;
  changed: boolean;
  /** null for those who may not read all that stands in the village */
  counts: GridCounts | null;
  was: GridCounts | null;
  norm: 'few' | 'right' | 'many' | null;
} & Measures;
/** The official numbers of a boundary. */
export type Measures = {
  area_m2: number;
  perimeter_m: number;
  zone_area_m2: number;
  zone_meridian: number;
  middle: Lonlat;
  compactness: number;
};
export type BoundaryFault = {
  id: string;
  kind: 'gap' | 'hole' | 'overlap' | 'outside' | 'duplicate' | 'missing' | 'unmatched';
  grids: string[];
  area_m2: number;
  width_m: number;
  geometry: Geometry | null;
  houses: number;
  households: number;
  people: number;
};
export type Moved = {
  before: string | null;
  after: string | null;
  houses: number;
  households: number;
  people: number;
  doors: string[];
  points: Lonlat[];
};
type Comes = {
  number: number;
  grids: DraftGrid[];
  gone: string[];
  moved: Moved[];
  faults: BoundaryFault[];
};
export type Tried = Comes & {
  acts: Act[];
  refused: { zh: string; en: string; at?: Lonlat; grid?: string; code?: string } | null;
};
export type BoundaryVersion = {
  id: string;
  village: string;
  state: 'draft' | 'submitted' | 'returned' | 'approved';
  number: number | null;
  base: number;
  revision: number;
  /** by login name */
  author: string;
  author_title: string;
  changed_at: string;
  submitted_at: string | null;
  decided_by: string | null;
  decided_by_title: string | null;
  decided_at: string | null;
  effective: string | null;
  in_force: boolean;
  remark: string | null;
  place: Lonlat | null;
  acts: Act[];
};
export type Boundaries = Comes & {
  village: string;
  name: string;
  outline: Geometry;
  may: { draw: boolean; approve: boolean };
  norm: { least: number; most: number } | null;
  versions: BoundaryVersion[];
};
export type Approved = BoundaryVersion & {
  moved: {
    id: string;
    door: string;
    before: string | null;
    after: string | null;
    people: number;
  }[];
  people: number;
  others: number;
};
