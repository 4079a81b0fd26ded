"""What a town must not keep is refused by the column's name, and no copy of it stays."""

from pathlib import Path

import openpyxl

from mapserver.formats.workbook_out import outcomes
from mapserver.services.imports import report
from mapserver.store import batches
from tests.services.registers import book
from tests.services.small_town import id_of

SECRET = "绝不能留下的内容"
ROWS = [
    ["姓名", "身份证号", "民族", "现居住地址", "政治面貌", "健康状况", "微信号"],
    ["陈新来", id_of("19900503", 1), SECRET, "新屋村11组4号", None, SECRET, "demo1"],
    ["何新来", id_of("19910604", 2), SECRET, "新屋村11组4号", SECRET, None, "demo2"],
]


def test_refused_columns_are_named_with_their_count(town):
    told = report.columns(town.ready(book({"新屋村": ROWS})).read)
    refused = [(one["heading"], one["cells"]) for one in told["refused_columns"]]
    assert refused == [("民族", 2), ("政治面貌", 1), ("健康状况", 1)]
    assert [one["heading"] for one in told["unknown_columns"]] == ["微信号"]


def test_no_copy_is_kept_in_memory_store_or_outcomes(town, tmp_path):
    job = town.ready(book({"新屋村": ROWS}))
    assert SECRET not in repr(job.plan.rows) + repr(job.read.rows)
    with town.context.unmasked().read() as session:
        sheets = report.Teller(session, job.plan, job.read, "zh").sheets()
    out = tmp_path / "outcomes.xlsx"
    out.write_bytes(outcomes(sheets, "zh"))
    shown = [list(line) for line in openpyxl.load_workbook(out).active.values]
    assert shown[0][2] == "民族"
    assert [line[2] for line in shown[1:]] == [None, None]
    town.commit(job)
    with town.context.read() as session:
        # packed in the file, so looked into here
        assert SECRET not in repr(batches.outcomes(session, job.id))
    town.store.close()
    assert job.state == "committed"
    assert holders(tmp_path / "data", "陈新来") != []
    assert holders(tmp_path / "data", SECRET) == []


def holders(folder: Path, text: str) -> list[str]:
    """Return the files of `folder`, journals included, whose bytes hold `text`."""
    spellings = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "gbk")]
    spellings.append(text.encode("unicode_escape"))
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in spellings)
    ]
