"""Layer files: the shipped ones are whole, and every fault of one is named where it stands."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import MetaData

from mapserver.errors import LayerFileError
from mapserver.layers import (
    RESERVED_LAYERS,
    SYSTEM_COLUMNS,
    Fault,
    digest,
    load_layers,
    read_folders,
)
from mapserver.store.schema import SYSTEM_TABLES

SHIPPED = Path(__file__).parents[1] / "layers"
LAYERS = load_layers(SHIPPED)

# headings of household registers as they are really seen, all of which find their field;
# 序号 counts the rows of one spreadsheet and is no fact about anybody
REGISTER_HEADINGS = """
    组别 组 村民小组 户编号 户号 户主姓名 户主 姓名 与户主关系 与其他人员关系 户主或与户主关系 性别
    公民身份号码 身份证号 身份证号码 证件号码 出生日期 出生年月 联系电话 手机号 电话
    现居住地址 现住址 家庭住址 门牌地址 实际居住地 户籍地址 人户是否一致 是否人户分离 婚姻状况
    文化程度 学历 工作单位 服务处所 所属网格 网格 是否已迁出 迁出日期 是否已死亡 死亡日期 备注
"""

# what a township has no need to know: law and decency leave it out of every layer
PROHIBITED = re.compile(
    "民族|宗教|信仰|政治面貌|党员|血型|指纹|人脸|虹膜|基因|疾病|病史|诊断|残疾证号|犯罪|前科|违法|"
    "吸毒|关注程度|风险等级|境外背景|行为|ethnic|religio|politic|blood|biometric|diagnos|offen[cs]e"
)

POND = """\
# pond.toml: what lies in the fields
title = {zh = "水塘", en = "Ponds"}
geometry = "point"
match = ["code"]

[style]
order = 20
label = "code"

[tiles]
fields = ["code"]

[[field]]
name = "code"
title = {zh = "编号", en = "Code"}

[[field]]
name = "kind"
title = {zh = "类型", en = "Kind"}
type = "code"
[field.codes]
"1" = {zh = "山塘", en = "Hill pond"}
[field.words]
"塘" = "1"

[[field]]
name = "dug"
title = {zh = "开挖日期", en = "Dug"}
type = "date"
"""


def faults(folder: Path, text: str) -> list[Fault]:
    """Return the faults of a layer file pond.toml that holds `text`."""
    (folder / "pond.toml").write_text(text, "utf-8")
    return read_folders((folder,))[1]


def changed(before: str, after: str) -> str:
    """Return the faultless POND with one thing changed."""
    assert POND.count(before) >= 1
    return POND.replace(before, after, 1)


def test_shipped_layers_are_without_fault():
    assert read_folders((SHIPPED,))[1] == []


def test_every_layer_of_the_township_is_shipped():
    assert set(LAYERS) >= {
        *("town", "village", "grid", "house", "person", "organization", "premises", "school"),
        *("facility", "dispute", "footprint", "control_total"),
    }


def test_layers_come_in_drawing_order():
    orders = [layer.style.order for layer in LAYERS.values()]
    assert orders == sorted(orders)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_every_title_is_chinese_in_chinese_and_not_in_english(layer):
    titles = [layer.title, *(field.title for field in layer.fields)]
    for title in titles:
        assert re.search("[\u4e00-\u9fff]", title.zh)
        assert not re.search("[\u4e00-\u9fff]", title.en)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_every_code_has_a_name_in_both_languages(layer):
    for field in layer.fields:
        for key, title in field.codes.items():
            assert re.search("[\u4e00-\u9fff]", title.zh), f"{field.name} {key}"
            assert title.en, f"{field.name} {key}"


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_one_heading_means_one_field(layer):
    headings = [heading for field in layer.fields for heading in field.headings]
    assert sorted(headings) == sorted(set(headings))


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_one_word_means_one_code(layer):
    for field in layer.fields:
        names = [title.zh for title in field.codes.values()]
        assert len(names) == len(set(names))
        for word, code in field.words.items():
            assert word not in names or field.codes[code].zh == word


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_no_layer_asks_for_what_a_township_need_not_know(layer):
    for field in layer.fields:
        words = [field.name, field.title.zh, field.title.en.lower(), *field.headings]
        assert [word for word in words if PROHIBITED.search(word)] == []


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_id_numbers_and_phones_are_secret_and_never_in_tiles(layer):
    shown = layer.tiles.fields if layer.tiles else ()
    for field in layer.fields:
        if field.type in {"id_number", "phone"}:
            assert field.privacy == "secret"
        if field.privacy != "public":
            assert field.name not in shown


@pytest.mark.parametrize("heading", REGISTER_HEADINGS.split())
def test_person_answers_to_every_heading_of_a_real_register(heading: str):
    answering = [field.name for field in LAYERS["person"].fields if heading in field.headings]
    assert len(answering) == 1


def test_a_person_is_no_more_public_than_personal():
    """Only what places a row, not the person, may be public."""
    public = {field.name for field in LAYERS["person"].fields if field.privacy == "public"}
    assert public <= {"group", "grid_claimed", "confirmed_on"}


def test_later_folder_replaces_a_layer_and_adds_others(tmp_path: Path):
    (tmp_path / "pond.toml").write_text(POND, "utf-8")
    (tmp_path / "school.toml").write_text(POND, "utf-8")
    layers = load_layers(SHIPPED, tmp_path)
    assert layers["pond"].title.en == "Ponds"
    assert layers["school"].title.en == "Ponds"
    assert set(layers) == {*LAYERS, "pond"}


def test_digest_is_the_same_for_the_same_files_and_tells_any_change(tmp_path: Path):
    assert digest(LAYERS) == digest(load_layers(SHIPPED))
    texts = [
        *(POND, changed("Hill pond", "Mountain pond"), changed("order = 20", "order = 21")),
        *(changed('label = "code"', ""), changed('fields = ["code"]', "")),
    ]
    digests = []
    for text in texts:
        (tmp_path / "pond.toml").write_text(text, "utf-8")
        digests.append(digest(load_layers(SHIPPED, tmp_path)))
    assert len({digest(LAYERS), *digests}) == len(texts) + 1


def test_layer_cannot_change_after_loading():
    with pytest.raises(ValidationError):
        LAYERS["person"].title = LAYERS["grid"].title


def test_get_returns_the_field_or_says_that_there_is_none():
    assert LAYERS["person"].get("born").type == "date"
    with pytest.raises(KeyError):
        LAYERS["person"].get("religion")


def test_codes_may_be_titled_by_one_word(tmp_path: Path):
    (tmp_path / "pond.toml").write_text(
        changed('{zh = "山塘", en = "Hill pond"}', '"山塘"'), "utf-8"
    )
    kind = load_layers(tmp_path)["pond"].get("kind")
    assert (kind.codes["1"].zh, kind.codes["1"].en) == ("山塘", "山塘")


def test_pond_of_these_tests_is_without_fault(tmp_path: Path):
    assert faults(tmp_path, POND) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "key", "text"),
    [
        # keys nobody knows
        ('match = ["code"]', 'mtch = ["code"]', 4, "mtch", "not permitted"),
        ("order = 20", "ordr = 20", 7, "style.ordr", "not permitted"),
        ('fields = ["code"]', 'feilds = ["code"]', 11, "tiles.feilds", "not permitted"),
        ('name = "kind"', 'name = "kind"\ntypo = 1', 19, "field.kind.typo", "not permitted"),
        # values of the wrong type
        ("order = 20", 'order = "first"', 7, "style.order", "integer"),
        ('title = {zh = "水塘", en = "Ponds"}', 'title = "水塘"', 2, "title", "dictionary"),
        ('name = "code"', 'name = "code"\nlength = "long"', 15, "field.code.length", "integer"),
        ('name = "code"', 'name = "code"\nheadings = "编号"', 15, "field.code.headings", "tuple"),
        (
            '"1" = {zh = "山塘", en = "Hill pond"}',
            '"1" = 5',
            22,
            "field.kind.codes.1",
            "dictionary",
        ),
        # values that are not among those allowed
        ('type = "code"', 'type = "colour"', 20, "field.kind.type", "'text', 'integer'"),
        ("order = 20", 'shape = "star"', 7, "style.shape", "'circle', 'square'"),
        ("order = 20", 'color = "#12"', 7, "style.color", "pattern"),
        ("[tiles]", "[tiles]\nminzoom = 99", 11, "tiles.minzoom", "less than or equal to 22"),
        ('name = "code"', 'name = "code"\nlength = -1', 15, "field.code.length", "greater than 0"),
        ('geometry = "point"', 'geometry = "dot"', 3, "geometry.0", "'point', 'line' or"),
        ('"code"]', '"code", 5]', 4, "match.1", "valid string"),
        # names that cannot be those of a table or a column
        ('name = "kind"', 'name = "Kind"', 18, "field.Kind.name", "pattern"),
        ('name = "kind"', 'name = "kind; drop"', 18, "field.kind; drop.name", "pattern"),
        ('name = "kind"', 'name = "种类"', 18, "field.种类.name", "pattern"),
        # what is missing
        ('geometry = "point"', "", 1, "geometry", "required"),
        ('title = {zh = "水塘", en = "Ponds"}', "", 1, "title", "required"),
        (', en = "Ponds"', "", 2, "title.en", "required"),
        ('zh = "水塘"', 'zh = ""', 2, "title.zh", "at least 1 character"),
        (', en = "Hill pond"', "", 22, "field.kind.codes.1.en", "required"),
        ('title = {zh = "编号", en = "Code"}', "", 13, "field.code.title", "required"),
        ('name = "kind"', "", 17, "field.1.name", "required"),
        (
            '"1" = {zh',
            '"abcdefghijklmnopqrstu" = "长"\n"1" = {zh',
            22,
            "field.kind.codes.abcdefghijklmnopqrstu",
            "at most 20",
        ),
        (
            'type = "date"',
            'type = "ref"\nlayer = "pond"\nheadings = ["塘"]',
            31,
            "field.dug.headings",
            "found by the program",
        ),
        # what contradicts itself
        ('type = "code"', 'type = "text"', 21, "field.kind.codes", "codes belong to type code"),
        ('name = "code"', 'name = "code"\ntype = "code"', 15, "field.code.type", "needs codes"),
        ('"塘" = "1"', '"塘" = "2"', 24, "field.kind.words.塘", "not listed: 2"),
        ('name = "code"', 'name = "code"\ntype = "ref"', 15, "field.code.type", "ref needs layer"),
        ('name = "code"', 'name = "code"\nlayer = "pond"', 15, "field.code.layer", "type ref"),
        ('geometry = "point"', 'geometry = "none"', 10, "tiles", "tiles need a geometry"),
        ('name = "kind"', 'name = "code"', 18, "field.code.name", "another field is called code"),
        ('match = ["code"]', 'located_by = "code"', 4, "located_by", "type ref"),
        # what would show everybody what not everybody may see
        (
            'name = "code"',
            'name = "code"\nprivacy = "personal"',
            11,
            "tiles.fields",
            "code is not public",
        ),
        (
            'name = "kind"',
            'name = "note"\ntitle = {zh = "注", en = "Note"}\nprivacy = "personal"\n'
            'search = true\n[[field]]\nname = "kind"',
            21,
            "field.note.search",
            "note is not public",
        ),
        ('match = ["code"]', 'minors_by = "dug"', 10, "tiles", "minors would be drawn"),
        # dates that are none, and rules nobody knows
        ('match = ["code"]', 'minors_by = "code"', 4, "minors_by", "field of type date"),
        ('match = ["code"]', 'when = "kind"', 4, "when", "field of type date"),
        ('match = ["code"]', 'when = "village"', 4, "when", "field of type date"),
        ('match = ["code"]', 'minors_by = "borne"', 4, "minors_by", "no field is called borne"),
        ('match = ["code"]', 'when = "wen"', 4, "when", "no field is called wen"),
        ('match = ["code"]', 'rule = "hous"', 4, "rule", "'household_register' or 'house'"),
        # what no search can compare with words
        ('label = "code"', 'label = "kind"', 8, "style.label", "kind is not of type text"),
        ('label = "code"', 'label = "dug"', 8, "style.label", "dug is not of type text"),
        (
            'type = "code"',
            'type = "code"\nsearch = true',
            21,
            "field.kind.search",
            "search belongs to type text",
        ),
        (
            'type = "date"',
            'type = "integer"\nsearch = true',
            30,
            "field.dug.search",
            "search belongs to type text",
        ),
        # what leads nowhere
        ('match = ["code"]', 'match = ["codex"]', 4, "match", "no field is called codex"),
        ('label = "code"', 'label = "codex"', 8, "style.label", "no field is called codex"),
        ('fields = ["code"]', 'fields = ["codex"]', 11, "tiles.fields", "no field is called codex"),
        (
            'type = "date"',
            'type = "ref"\nlayer = "lake"',
            30,
            "field.dug.layer",
            "no layer is called lake",
        ),
        # what is sealed, and so cannot be compared
        (
            'type = "date"',
            'type = "ref"\nlayer = "pond"\nprivacy = "secret"',
            31,
            "field.dug.privacy",
            "a ref cannot be secret",
        ),
    ],
)
def test_fault_is_named_with_line_key_and_reason(
    tmp_path: Path, before: str, after: str, line: int, key: str, text: str
):
    (fault,) = faults(tmp_path, changed(before, after))
    assert (fault.file, fault.line, fault.key) == ("pond.toml", line, key)
    assert text in fault.text


@pytest.mark.parametrize("privacy", ["personal", "secret"])
def test_label_is_a_public_field(tmp_path: Path, privacy: str):
    text = changed('[tiles]\nfields = ["code"]', "")
    text = text.replace('name = "code"', f'name = "code"\nprivacy = "{privacy}"')
    (fault,) = faults(tmp_path, text)
    assert (fault.line, fault.key) == (8, "style.label")
    assert "code is not public" in fault.text


@pytest.mark.parametrize("key", ["when", "minors_by"])
def test_what_the_door_compares_is_not_secret(tmp_path: Path, key: str):
    text = changed('[tiles]\nfields = ["code"]', "").replace('match = ["code"]', f'{key} = "dug"')
    (fault,) = faults(tmp_path, text.replace('type = "date"', 'type = "date"\nprivacy = "secret"'))
    assert (fault.line, fault.key) == (4, key)
    assert "dug is secret" in fault.text


def test_layer_that_hides_minors_has_no_search(tmp_path: Path):
    text = changed('[tiles]\nfields = ["code"]', "")
    text = text.replace('match = ["code"]', 'minors_by = "dug"')
    text = text.replace('name = "code"', 'name = "code"\nsearch = true')
    (fault,) = faults(tmp_path, text)
    assert (fault.line, fault.key) == (14, "field.code.search")
    assert "minors would be found" in fault.text


@pytest.mark.parametrize("column", SYSTEM_COLUMNS)
def test_field_may_not_take_the_name_of_a_column_every_table_has(tmp_path: Path, column: str):
    (fault,) = faults(tmp_path, changed('name = "kind"', f'name = "{column}"'))
    assert "every table has" in fault.text


@pytest.mark.parametrize("name", ["limit", "after", "f", "lang", "bbox", "datetime", "fid"])
def test_field_may_not_take_the_name_of_a_parameter(tmp_path: Path, name: str):
    (fault,) = faults(tmp_path, changed('name = "kind"', f'name = "{name}"'))
    assert (fault.line, fault.key) == (18, f"field.{name}.name")


def test_code_of_twenty_characters_is_no_fault(tmp_path: Path):
    text = POND.replace('"1" =', f'"{"a" * 20}" =').replace('"塘" = "1"', f'"塘" = "{"a" * 20}"')
    assert faults(tmp_path, text) == []


@pytest.mark.parametrize(
    "name",
    [
        *("event", "chain", "store_meta", "layer_sequence", "import_batch", "boundary"),
        *("spatial_ref_sys", "geometry_columns", "geography_columns"),
        *("gpkg_contents", "gpkg_pond", "rtree_pond_geom", "sqlite_sequence", "pg_class"),
    ],
)
def test_layer_may_not_take_the_name_of_a_table_of_the_store(tmp_path: Path, name: str):
    (tmp_path / f"{name}.toml").write_text(POND, "utf-8")
    (fault,) = read_folders((tmp_path,))[1]
    assert (fault.file, fault.line, fault.key) == (f"{name}.toml", 1, "id")
    assert name in fault.text


def test_no_table_of_the_store_can_be_a_layer():
    tables = {table.name for table in (make(MetaData()) for make in SYSTEM_TABLES)}
    assert tables <= set(RESERVED_LAYERS)


@pytest.mark.parametrize("name", ["events", "gpkgpond", "pgpond"])
def test_layer_may_be_called_nearly_like_a_table_of_the_store(tmp_path: Path, name: str):
    (tmp_path / f"{name}.toml").write_text(POND, "utf-8")
    assert read_folders((tmp_path,))[1] == []


@pytest.mark.parametrize("head", ["[[field]] # which", "[[ field ]]", "  [[field]]"])
def test_line_is_right_however_the_table_is_written(tmp_path: Path, head: str):
    text = POND.replace("[[field]]", head)
    (fault,) = faults(tmp_path, text.replace('type = "code"', 'type = "colour"'))
    assert (fault.line, fault.key) == (20, "field.kind.type")


def test_quoted_and_dotted_keys_are_found(tmp_path: Path):
    (fault,) = faults(tmp_path, changed("[style]\norder = 20\n", '[style]\n"order" = "first"\n'))
    assert (fault.line, fault.key) == (7, "style.order")
    text = changed('title = {zh = "水塘", en = "Ponds"}', 'title.zh = "水塘"\ntitle.en = ""')
    (fault,) = faults(tmp_path, text)
    assert (fault.line, fault.key) == (3, "title.en")


def test_field_that_is_no_table_is_named(tmp_path: Path):
    (fault,) = faults(tmp_path, 'title = {zh = "塘", en = "P"}\ngeometry = "none"\nfield = [5]\n')
    assert (fault.line, fault.key) == (3, "field.0")


def test_file_name_that_cannot_be_a_table_is_named(tmp_path: Path):
    (tmp_path / "Pond-1.toml").write_text(POND, "utf-8")
    (fault,) = read_folders((tmp_path,))[1]
    assert (fault.file, fault.key) == ("Pond-1.toml", "id")


def test_byte_order_mark_of_a_windows_editor_is_no_fault(tmp_path: Path):
    (tmp_path / "pond.toml").write_text(POND, "utf-8-sig")
    assert list(load_layers(tmp_path)) == ["pond"]


def test_broken_syntax_is_named_with_its_line(tmp_path: Path):
    (fault,) = faults(tmp_path, changed("order = 20", "order ="))
    assert (fault.line, fault.key) == (7, "syntax")


def test_file_saved_in_another_encoding_is_named(tmp_path: Path):
    (tmp_path / "pond.toml").write_bytes(POND.encode("gb18030"))
    (fault,) = read_folders((tmp_path,))[1]
    assert (fault.file, fault.key) == ("pond.toml", "file")
    assert "UTF-8" in fault.text


def test_id_in_the_file_is_a_fault_because_the_name_of_the_file_is_the_id(tmp_path: Path):
    (fault,) = faults(tmp_path, changed("# pond.toml", 'id = "lake" #'))
    assert fault.key == "id"


def test_all_faults_of_all_files_are_found_and_good_layers_are_kept(tmp_path: Path):
    (tmp_path / "a.toml").write_text(changed("order = 20", "ordr = 20\nicn = 1"), "utf-8")
    (tmp_path / "b.toml").write_text(changed('type = "code"', 'type = "colour"'), "utf-8")
    (tmp_path / "c.toml").write_text(POND, "utf-8")
    layers, found = read_folders((tmp_path,))
    assert list(layers) == ["c"]
    assert [(f.file, f.key) for f in found] == [
        ("a.toml", "style.ordr"),
        ("a.toml", "style.icn"),
        ("b.toml", "field.kind.type"),
    ]


def test_loading_refuses_the_first_fault_and_tells_all_in_both_languages(tmp_path: Path):
    (tmp_path / "pond.toml").write_text(changed("order = 20", "ordr = 20\nicn = 1"), "utf-8")
    with pytest.raises(LayerFileError) as raised:
        load_layers(tmp_path)
    for language in ("zh", "en"):
        assert "pond.toml:7: style.ordr: " in raised.value.text(language)
        assert "check-layers" in raised.value.text(language)
    assert len(raised.value.details["faults"]) == 2
