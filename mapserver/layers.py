"""What the town keeps, read once from layers/*.toml and then immutable.

A layer is a file: from it come the table, validation, spreadsheet template, OGC
collection with its queryables, vector tiles and style. `check` finds every fault
of a folder with file, line and key; `load_layers` refuses the first.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from mapserver.errors import LayerFileError

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

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


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


Code = Annotated[Title, BeforeValidator(_as_title)]


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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.name in SYSTEM_COLUMNS:
            raise ValueError(f"{self.name} is a column that every table has")
        if bool(self.codes) != (self.type == "code"):
            raise ValueError("codes belong to type code, and type code needs codes")
        if (self.layer is not None) != (self.type == "ref"):
            raise ValueError("layer belongs to type ref, and type ref needs layer")
        unknown = sorted(set(self.words.values()) - set(self.codes))
        if unknown:
            raise ValueError(f"words lead to codes that are not listed: {', '.join(unknown)}")
        return self


class Style(Strict):
    """How the map draws the layer.

    `color` is "#rrggbb" or the name of a colour token of the page (`--cat-NAME`);
    `icon` is a symbol of static/icons.svg, else the first character of the title;
    `label` is the field written beside the symbol; `on` shows the layer at first.
    """

    color: str = Field("other", pattern=r"#[0-9a-fA-F]{6}|[a-z]+")
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


class Layer(Strict):
    """One collection; `id` is the file's name without .toml.

    `kind` is "area" for administrative polygons (town, village, grid) and "register"
    for what lives in them. `located_by` names a ref field whose feature lends this one
    its point and grid. `match` are the fields by which an imported row finds the record
    it already has. `rule` names what TOML cannot say, see `services/rules.py`. `when` names
    the date that OGC's datetime parameter asks for, else the time of the last change.
    `minors_by` names the date of birth by which a record is secret as a whole until 14.
    """

    id: str = Field(pattern=NAME.pattern)
    title: Title
    description: Code | None = None
    geometry: Annotated[tuple[Geometry, ...], BeforeValidator(_as_tuple)]
    kind: Literal["area", "register"] = "register"
    located_by: str | None = None
    match: tuple[str, ...] = ()
    rule: str | None = None
    when: str | None = None
    minors_by: str | None = None
    style: Style = Style()
    tiles: Tiles | None = None
    field: tuple[LayerField, ...] = ()

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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [field.name for field in self.field]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"field named twice: {', '.join(twice)}")
        if self.located_by and not self._is_ref(self.located_by):
            raise ValueError("located_by must name a field of type ref")
        if self.tiles and not self.geometry:
            raise ValueError("tiles need a geometry")
        named = {*self.match, *(self.tiles.fields if self.tiles else ())}
        named |= {name for name in (self.style.label, self.when, self.minors_by) if name}
        unknown = sorted(named - set(names) - {"village", "grid"})
        if unknown:
            raise ValueError(f"no field is called {', '.join(unknown)}")
        return self

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
        text = path.read_text("utf-8")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _Faulty([Fault(path.name, 1, "file", f"not UTF-8: {error.reason}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise _Faulty([Fault(path.name, _line_in(str(error)), "syntax", str(error))]) from error
    try:
        return Layer(id=path.stem, **values)
    except ValidationError as error:
        raise _Faulty(
            [_fault(path.name, text, values, one["loc"], one["msg"]) for one in error.errors()]
        ) from error
    except TypeError as error:
        raise _Faulty([Fault(path.name, 1, "id", "id is the name of the file")]) from error


def _fault(
    file: str, text: str, values: dict[str, Any], loc: tuple[int | str, ...], message: str
) -> Fault:
    key = ".".join(map(str, loc)) or "file"
    if len(loc) > 1 and loc[0] == "field" and isinstance(loc[1], int):
        name = values["field"][loc[1]].get("name", loc[1])
        key = ".".join(["field", str(name), *map(str, loc[2:])])
    return Fault(file, _line_of(text, loc), key, message.removeprefix("Value error, "))


def _line_in(message: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else 1


def _line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """Return the line where `loc` stands: the table's line, then the deepest key found in it."""
    lines = text.splitlines()
    start, end = 0, len(lines)
    keys = list(loc)
    if len(keys) > 1 and isinstance(keys[1], int):
        heads = [n for n, line in enumerate(lines) if line.strip() == f"[[{keys[0]}]]"]
        if keys[1] < len(heads):
            start = heads[keys[1]]
            end = heads[keys[1] + 1] if keys[1] + 1 < len(heads) else end
        keys = keys[2:]
    line = start
    for key in keys:
        pattern = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(str(key))}[\"']?\s*(?:=|\]|\.)")
        line = next((n for n in range(line, end) if pattern.match(lines[n])), line)
    return line + 1


def _dangling(layers: dict[str, Layer], paths: dict[str, Path]) -> Iterator[Fault]:
    for layer in layers.values():
        for index, field in enumerate(layer.fields):
            if field.layer is not None and field.layer not in layers:
                name = f"{layer.id}.toml"
                text = paths[layer.id].read_text("utf-8")
                line = _line_of(text, ("field", index, "layer"))
                key = f"field.{field.name}.layer"
                yield Fault(name, line, key, f"no layer is called {field.layer}")
