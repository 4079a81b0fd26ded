"""One fault a row: everything that goes wrong in a single cell of a household register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from mapserver.demo.numbers import check_character
from mapserver.demo.register_rows import Cell, Formula, Row
from mapserver.demo.spellings import old_number, serial, wide


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong in `field`; `code` is the import's problem, None where it mends it."""

    code: str | None
    field: str
    make: Callable[[Row], Cell]
    fits: Callable[[Row], bool] = lambda row: True

    def on(self, row: Row) -> Row:
        """Return the row with the fault in it."""
        return {**row, self.field: self.make(row)}


def _id(row: Row) -> str:
    return str(row["id_number"])


def _phone(row: Row) -> str:
    return str(row["phone"])


def _born(row: Row) -> date:
    born = row["born"]
    if not isinstance(born, date):
        raise TypeError("the row's date of birth was changed before")
    return born


def _ends_in_x(row: Row) -> bool:
    return _id(row).endswith("X")


def _last_century(row: Row) -> bool:
    return _born(row).year < 2000


def _miscopied(row: Row) -> str:
    number = _id(row)
    return number[:16] + str((int(number[16]) + 1) % 10) + number[17]


def _thirteenth_month(row: Row) -> str:
    body = _id(row)[:10] + "13" + _id(row)[12:17]
    return body + check_character(body)


def _another_day(row: Row) -> date:
    born = _born(row)
    return born.replace(day=born.day - 1 if born.day > 1 else 2)


ID_FAULTS: Sequence[Fault] = (
    Fault("id-digits-lost", "id_number", lambda row: float(_id(row)[:15] + "000")),
    Fault(None, "id_number", lambda row: _id(row).lower(), _ends_in_x),
    Fault(None, "id_number", lambda row: wide(_id(row)), _ends_in_x),
    Fault(None, "id_number", lambda row: "'" + _id(row)),
    Fault(None, "id_number", lambda row: f"\u00a0{_id(row)[:6]}\u00a0{_id(row)[6:]}\n"),
    Fault("id-old-15", "id_number", lambda row: old_number(_id(row)), _last_century),
    Fault("id-bad-length", "id_number", lambda row: _id(row)[:9] + _id(row)[10:]),
    Fault("id-bad-check-digit", "id_number", _miscopied),
    Fault("id-bad-date", "id_number", _thirteenth_month),
    Fault("id-masked", "id_number", lambda row: f"{_id(row)[:6]}********{_id(row)[14:]}"),
    Fault("id-bad-character", "id_number", lambda row: _id(row)[:6] + "I" + _id(row)[7:]),
    Fault("sex-contradicts-id", "sex", lambda row: "女" if row["sex"] == "男" else "男"),
    Fault("born-contradicts-id", "born", _another_day),
)

DATE_FAULTS: Sequence[Fault] = (
    Fault(None, "born", lambda row: serial(_born(row))),
    Fault("date-imprecise", "born", lambda row: f"{_born(row):%Y}.{_born(row).month}"),
    Fault("date-imprecise", "born", lambda row: f"{_born(row):%y}年{_born(row).month}月",
          lambda row: 1930 <= _born(row).year < 2000),
    Fault(None, "born", lambda row: f"{_born(row):%Y.%m.%d}"),
    Fault(None, "born", lambda row: f"{_born(row).year}年{_born(row).month}月{_born(row).day}日"),
    Fault(None, "born", lambda row: f"{_born(row):%Y%m%d}"),
    Fault(None, "born", lambda row: wide(f"{_born(row):%Y-%m-%d}")),
    Fault("bad-date", "born", lambda row: f"{_born(row).year}-02-30"),
)  # fmt: skip

PHONE_FAULTS: Sequence[Fault] = (
    Fault(None, "phone", lambda row: "无电话"),
    Fault("phone-masked", "phone", lambda row: f"{_phone(row)[:3]}****{_phone(row)[7:]}"),
    Fault("phone-several", "phone", lambda row: f"{_phone(row)}/{_phone(row)[:-1]}0"),
    Fault("phone-words", "phone", lambda row: f"{_phone(row)}（儿子）"),
    Fault("bad-phone", "phone", lambda row: _phone(row)[:9]),
    Fault(None, "phone", lambda row: wide(_phone(row))),
    Fault(None, "phone", lambda row: float(_phone(row))),
)

OTHER_FAULTS: Sequence[Fault] = (
    Fault(None, "name", lambda row: f"　{str(row['name'])[0]} {str(row['name'])[1:]}\u200b"),
    Fault("name-missing", "name", lambda row: None),
    Fault("unknown-code", "relation_text", lambda row: "干亲"),
    Fault("too-long", "note", lambda row: "住在老屋，" * 45),
    Fault("cell-error", "education", lambda row: Formula("=Sheet9!B2", "#REF!")),
    Fault("formula-without-value", "born", lambda row: Formula("=DATE(1971,4,9)")),
    Fault(None, "note", lambda row: Formula('="已"&"核对"', "已核对")),
    Fault("moved-out", "moved_out", lambda row: "是"),
    Fault("deceased", "deceased", lambda row: "是"),
)

PLACE_FAULTS: Sequence[Fault] = (
    Fault("address-short", "address", lambda row: f"金峨村{row['group']}"),
    Fault("address-unreadable", "address", lambda row: "老屋场对门"),
    Fault("village-unknown", "address", lambda row: "新桥头村3组5号"),
    Fault("village-of-sheet-differs", "address", lambda row: "大甸村2组3号"),
    Fault("grid-unknown", "grid_claimed", lambda row: "第99网格"),
)
