"""What the town keeps, read once from layers/*.toml and then immutable.

A layer is a file: from it come the table, validation, spreadsheet template, OGC
collection with its queryables, vector tiles and style. `check` finds every fault
of a folder with file, line and key; `load_layers` refuses the first.
"""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from mapserver.errors import LayerFileError
from mapserver.roles import FIELD_STAFF, STAFF, Right, Role

Geometry = Literal["point", "line", "polygon"]
Privacy = Literal["public", "personal", "secret"]
FieldType = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "code",
    "ref",
    "id_number",
    "credit_code",
    "phone",
]

Rule = Literal["household_register", "house"]
"""What TOML cannot say and the program knows, see `services/imports`."""

SYSTEM_COLUMNS = (
    "fid",
    "id",
    "town",
    "village",
    "grid",
    "geom",
    "zkey",
    "assigned_how",
    "assigned_m",
    "boundary_version",
    "datum",
    "revision",
    "updated_at",
    "updated_by",
    "deleted_at",
)
"""Columns that every table has; no field may take their name."""

RESERVED_LAYERS = (
    "event",
    "chain",
    "chain_cut",
    "store_meta",
    "layer_sequence",
    "import_batch",
    "boundary",
    "account",
    "appointment",
    "session",
    "token",
    "recovery_code",
    "sign_in",
    "sign_in_failure",
    "spatial_ref_sys",
    "geometry_columns",
    "geography_columns",
)
"""Tables of the store's own and of its engines; no layer may take their name."""

RESERVED_BEGINNINGS = ("gpkg_", "rtree_", "sqlite_", "pg_")
"""How the engines' own tables begin."""

RESERVED_FIELDS = ("limit", "after", "f", "lang", "bbox", "datetime", "fid")
"""Parameters of the door beside which a field is asked for by its name."""

LOOKED_UP = ("id_number", "phone")
"""Types of which a secret value is found again by the whole of it, and by nothing less."""

LONGEST_CODE = 20
"""Characters that the column of a code has."""

NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


class Strict(BaseModel):
    """Unknown keys are errors, and values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Strict):
    """A name in Chinese and in English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def _as_title(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _as_tuple(value: object) -> object:
    if value == "none":
        return ()
    return (value,) if isinstance(value, str) else value


def _free(name: str) -> str:
    if name in RESERVED_LAYERS or name.startswith(RESERVED_BEGINNINGS):
        raise ValueError(f"{name} is a table of the store's own: call the file something else")
    return name


Code = Annotated[Title, BeforeValidator(_as_title)]

Where = tuple[int | str, ...]
"""Where a value stands in a file, as pydantic says it: ("field", 3, "codes", "1")."""


class _At(ValueError):
    """A contradiction, and the key below the checked table that is to be mended."""

    def __init__(self, where: Where, text: str) -> None:
        super().__init__(text)
        self.where = where


class LayerField(Strict):
    """One column: what it is called, what it may hold, and who may see it.

    `codes` lists the allowed values of a "code"; `words` maps further spreadsheet
    words to a code; `headings` are the column headings it answers to; `layer` is what
    a "ref" points at. `length` is in characters.
    """

    name: str = Field(pattern=NAME.pattern)
    title: Title
    type: FieldType = "text"
    required: bool = False
    privacy: Privacy = "public"
    length: int | None = Field(None, gt=0, le=4096)
    minimum: float | None = None
    maximum: float | None = None
    codes: dict[str, Code] = {}
    words: dict[str, str] = {}
    headings: tuple[str, ...] = ()
    layer: str | None = None
    search: bool = False

    @property
    def is_secret(self) -> bool:
        """Whether the value is sealed where it is kept, and leaves masked."""
        return self.privacy == "secret"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for where, text in (*self._misnamed(), *self._mistyped(), *self._miscoded()):
            raise _At(where, text)
        return self

    def _misnamed(self) -> Iterator[tuple[Where, str]]:
        if self.name in SYSTEM_COLUMNS:
            yield ("name",), f"{self.name} is a column that every table has"
        if self.name in RESERVED_FIELDS:
            yield ("name",), f"{self.name} is a parameter that every collection has"

    def _mistyped(self) -> Iterator[tuple[Where, str]]:
        if bool(self.codes) != (self.type == "code"):
            where = ("codes" if self.codes else "type",)
            yield where, "codes belong to type code, and type code needs codes"
        if (self.layer is not None) != (self.type == "ref"):
            where = ("layer" if self.layer else "type",)
            yield where, "layer belongs to type ref, and type ref needs layer"
        if self.type == "ref" and self.is_secret:
            yield ("privacy",), "a ref cannot be secret: what it points at is looked up by it"
        if self.type == "ref" and self.headings:
            yield ("headings",), "a ref is found by the program: no column of a file fills it"
        if self.search and self.type != "text":
            yield ("search",), "search belongs to type text"

    def _miscoded(self) -> Iterator[tuple[Where, str]]:
        for code in self.codes:
            if len(code) > LONGEST_CODE:
                yield ("codes", code), f"a code has at most {LONGEST_CODE} characters"
        for word, code in self.words.items():
            if code not in self.codes:
                yield ("words", word), f"leads to a code that is not listed: {code}"


class Style(Strict):
    """How the map draws the layer.

    `color` is "#rrggbb" or the name of a colour token of the page (`--cat-NAME`);
    `icon` is a symbol of static/icons.svg, else the first character of the title;
    `label` is the field written beside the symbol; `on` shows the layer at first.
    """

    color: str = Field("other", pattern=r"^(#[0-9a-fA-F]{6}|[a-z]+)$")
    shape: Literal["circle", "square", "diamond", "hex"] = "circle"
    icon: str | None = None
    label: str | None = None
    order: int = 100
    on: bool = False


class Tiles(Strict):
    """Zooms at which tiles exist, and the fields each feature carries in them."""

    minzoom: int = Field(9, ge=0, le=22)
    maxzoom: int = Field(16, ge=0, le=22)
    fields: tuple[str, ...] = ()


class Access(Strict):
    """Which roles hold each right over the records of a layer, in their areas (`roles.Right`).

    Where a file says nothing, all staff count records and see what is public of them, and those
    who keep the registers and their supervisor see what is personal.

    `everywhere` lets whoever may read a layer do so in the whole town: lines on the map that
    everybody needs and that tell of nobody.
    """

    count: tuple[Role, ...] = STAFF
    read: tuple[Role, ...] = STAFF
    personal: tuple[Role, ...] = (*FIELD_STAFF, Role.SUPERVISOR)
    write: tuple[Role, ...] = FIELD_STAFF
    open: tuple[Role, ...] = (Role.GRID_HEAD, Role.INFORMATION_OFFICER)
    everywhere: bool = False


class Layer(Strict):
    """One collection; `id` is the file's name without .toml.

    `kind` is "area" for administrative polygons (town, village, grid) and "register"
    for what lives in them. `located_by` names a ref field whose feature lends this one
    its point and grid. `match` are the fields by which an imported row finds the record
    it already has. `rule` names what TOML cannot say. `when` names
    the date that OGC's datetime parameter asks for, else the time of the last change.
    `minors_by` names the date of birth by which a record is secret as a whole until 14.
    """

    id: Annotated[str, Field(pattern=NAME.pattern), AfterValidator(_free)]
    title: Title
    description: Code | None = None
    geometry: Annotated[tuple[Geometry, ...], BeforeValidator(_as_tuple)]
    kind: Literal["area", "register"] = "register"
    located_by: str | None = None
    match: tuple[str, ...] = ()
    rule: Rule | None = None
    when: str | None = None
    minors_by: str | None = None
    style: Style = Style()
    tiles: Tiles | None = None
    access: Access = Access()
    field: tuple[LayerField, ...] = ()

    def roles(self, right: Right) -> tuple[Role, ...]:
        """Return the roles that hold a right over this layer's records."""
        roles: tuple[Role, ...] = getattr(self.access, right)
        return roles

    @property
    def fields(self) -> tuple[LayerField, ...]:
        """The layer's own columns, in the order of the file."""
        return self.field

    def get(self, name: str) -> LayerField:
        """Return the field called `name`; KeyError where there is none."""
        for field in self.field:
            if field.name == name:
                return field
        raise KeyError(name)

    def is_blind(self, field: LayerField) -> bool:
        """Whether a secret field is looked up by a whole value: by what is kept in its place."""
        looked_up = field.type in LOOKED_UP or field.name in self.match
        return field.is_secret and looked_up

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [field.name for field in self.field]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise _At(("field", index, "name"), f"another field is called {name}")
        if self.located_by and not self._is_ref(self.located_by):
            raise _At(("located_by",), "must name a field of type ref")
        if self.tiles and not self.geometry:
            raise _At(("tiles",), "tiles need a geometry")
        for where, name in self._named():
            if name not in {*names, "village", "grid"}:
                raise _At(where, f"no field is called {name}")
        types = {field.name: field.type for field in self.field}
        for where, text in (
            *self._dates(types),
            *self._shown_to_all(),
            *self._shown_of_minors(),
            *self._labels(types),
        ):
            raise _At(where, text)
        return self

    def _shown_to_all(self) -> Iterator[tuple[Where, str]]:
        """Find what tiles, labels and search, which nothing masks, would show of guarded fields."""
        guarded = {field.name for field in self.field if field.privacy != "public"}
        if self.tiles and (found := guarded.intersection(self.tiles.fields)):
            yield ("tiles", "fields"), f"{min(found)} is not public, and tiles are"
        if self.style.label in guarded:
            yield ("style", "label"), f"{self.style.label} is not public, and labels are"
        if self.access.everywhere and guarded:
            yield ("access", "everywhere"), f"{min(guarded)} is not public"
        for index, field in enumerate(self.field):
            if field.search and field.name in guarded:
                yield ("field", index, "search"), f"{field.name} is not public, and search is"

    def _shown_of_minors(self) -> Iterator[tuple[Where, str]]:
        """Find what would draw a record that is secret as a whole, or find it by its words."""
        if not self.minors_by:
            return
        if self.tiles:
            yield ("tiles",), "a layer with minors_by has no tiles: minors would be drawn"
        for index, field in enumerate(self.field):
            if field.search:
                where = ("field", index, "search")
                yield where, "a layer with minors_by has no search: minors would be found"

    def _named(self) -> Iterator[tuple[Where, str]]:
        yield from ((("match",), name) for name in self.match)
        if self.tiles:
            yield from ((("tiles", "fields"), name) for name in self.tiles.fields)
        if self.style.label:
            yield ("style", "label"), self.style.label
        if self.when:
            yield ("when",), self.when
        if self.minors_by:
            yield ("minors_by",), self.minors_by

    def _dates(self, types: Mapping[str, FieldType]) -> Iterator[tuple[Where, str]]:
        secret = {field.name for field in self.field if field.is_secret}
        for key, name in (("when", self.when), ("minors_by", self.minors_by)):
            if name is not None and types.get(name) != "date":
                yield (key,), "must name a field of type date"
            if name in secret:
                yield (key,), f"{name} is secret, and cannot be asked for"

    def _labels(self, types: Mapping[str, FieldType]) -> Iterator[tuple[Where, str]]:
        """Refuse other labels than text: search compares them with words, as no number can be."""
        if types.get(self.style.label or "", "text") != "text":
            yield ("style", "label"), f"{self.style.label} is not of type text"

    def _is_ref(self, name: str) -> bool:
        return any(field.name == name and field.type == "ref" for field in self.field)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a layer file: where it is and what is wrong."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        """Return "file:line: key: text", the form editors can jump to."""
        return f"{self.file}:{self.line}: {self.key}: {self.text}"


def load_layers(*folders: Path) -> Mapping[str, Layer]:
    """Read every layer file of `folders`; a later folder's file replaces an earlier one's.

    Returns the layers by id, in drawing order.

    Raises
    ------
    LayerFileError
        On any fault; the text names file, line and key of the first, `details["faults"]` all.
    """
    layers, faults = read_folders(folders)
    if faults:
        raise LayerFileError(
            f"图层文件有错：{faults[0]}。改好后重新启动，mapserver check-layers 会列出全部问题。",
            f"A layer file has a fault: {faults[0]}. Mend it and start again; "
            "mapserver check-layers lists them all.",
            faults=[str(fault) for fault in faults],
        )
    return layers


def digest(layers: Mapping[str, Layer]) -> str:
    """Return a short name of what all of `layers` say, that changes with any of it."""
    said = hashlib.blake2b(digest_size=6)
    for layer in layers.values():
        said.update(layer.model_dump_json().encode() + b"\n")
    return said.hexdigest()


def read_folders(folders: tuple[Path, ...]) -> tuple[dict[str, Layer], list[Fault]]:
    """Read every layer file of `folders` and return the good layers and all faults."""
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    layers: dict[str, Layer] = {}
    faults: list[Fault] = []
    for path in paths.values():
        try:
            layers[path.stem] = _parse(path)
        except _Faulty as error:
            faults += error.faults
    faults += _dangling(layers, paths)
    ordered = sorted(layers.values(), key=lambda layer: (layer.style.order, layer.id))
    return {layer.id: layer for layer in ordered}, faults


class _Faulty(Exception):
    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults


def _parse(path: Path) -> Layer:
    try:
        # editors on Windows put a byte order mark before the text
        text = path.read_text("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _Faulty([Fault(path.name, 1, "file", f"not UTF-8: {error.reason}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise _Faulty([Fault(path.name, _line_in(str(error)), "syntax", str(error))]) from error
    try:
        return Layer(id=path.stem, **values)
    except ValidationError as error:
        lines = _lines(text)
        raise _Faulty([_fault(path.name, lines, values, one) for one in error.errors()]) from error
    except TypeError as error:
        raise _Faulty([Fault(path.name, 1, "id", "id is the name of the file")]) from error


def _fault(file: str, lines: dict[Where, int], values: dict[str, Any], one: ErrorDetails) -> Fault:
    cause = one.get("ctx", {}).get("error")
    where = (*one["loc"], *cause.where) if isinstance(cause, _At) else one["loc"]
    text = one["msg"].removeprefix("Value error, ")
    return Fault(file, _line_of(lines, where), _key(where, values), text)


def _key(where: Where, values: dict[str, Any]) -> str:
    """Return `where` as people read it, a field by its name: "field.kind.codes.1"."""
    match where:
        case ("field", int(index), *rest):
            field = values["field"][index]
            name = field.get("name", index) if isinstance(field, dict) else index
            return ".".join(map(str, ("field", name, *rest)))
    return ".".join(map(str, where)) or "file"


def _line_in(message: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else 1


_WORD = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*\]\]?\s*(?:#.*)?$")
_ASSIGNED = re.compile(rf"\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")


def _lines(text: str) -> dict[Where, int]:
    """Return the line of every table and key that begins a line."""
    found: dict[Where, int] = {(): 1}
    table: Where = ()
    count: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            name, *rest = _words(head[2])
            count[name] += head[1] == "[["
            table = (name, count[name] - 1, *rest) if count[name] else (name, *rest)
            found.setdefault(table, number)
        elif key := _ASSIGNED.match(line):
            found.setdefault((*table, *_words(key[1])), number)
    return found


def _words(dotted: str) -> list[str]:
    return [word.strip("\"'") for word in re.findall(_WORD, dotted)]


def _line_of(lines: dict[Where, int], where: Where) -> int:
    """Return the line of the deepest part of `where` that begins a line."""
    while where not in lines:
        where = where[:-1]
    return lines[where]


def _dangling(layers: dict[str, Layer], paths: dict[str, Path]) -> Iterator[Fault]:
    for layer in layers.values():
        for index, field in enumerate(layer.fields):
            if field.layer is not None and field.layer not in layers:
                name = f"{layer.id}.toml"
                lines = _lines(paths[layer.id].read_text("utf-8-sig"))
                line = _line_of(lines, ("field", index, "layer"))
                key = f"field.{field.name}.layer"
                yield Fault(name, line, key, f"no layer is called {field.layer}")
