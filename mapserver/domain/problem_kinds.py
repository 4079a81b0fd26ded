"""The table behind `problems.py`: every code with its severity, its sentences and options.

Sentences say what happened and the next press, as a colleague would. `{cell}` is where
it stands ("D412"), `{column}` that column ("D 列"), `{title}` the column's heading; other braces
are the `params` of the problem.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["refuse", "decide", "note"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Chinese and in English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """Return the sentence in `language`."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Kind:
    """One code: how much it matters, its two sentences, and the fixed options."""

    severity: Severity
    reason: Text
    mend: Text
    options: tuple[str, ...] = ()


OPTION_TITLES = {
    "id": Text("照身份证号", "As the ID number says"),
    "cell": Text("照表格", "As the sheet says"),
    "keep": Text("保留登记簿里的", "Keep the register’s"),
    "drop": Text("留空", "Leave empty"),
    "first": Text("用前面那行", "Take the earlier row"),
    "last": Text("用后面那行", "Take the later row"),
    "add": Text("新增这个组", "Add this group"),
    "cgcs2000": Text("国家 2000（CGCS2000）", "CGCS2000"),
    "wgs84": Text("GPS（WGS 84）", "GPS (WGS 84)"),
    "gcj02": Text("火星坐标（GCJ-02）", "GCJ-02"),
    "bd09": Text("百度坐标（BD-09）", "Baidu (BD-09)"),
}

NOTHING_TO_DO = Text("不用改", "Nothing to do.")

IDENTITY = {
    "id-digits-lost": Kind(
        "refuse",
        Text("身份证号存成数字，末三位已丢失", "The ID was stored as a number and lost 3 digits."),
        Text(
            "把 {column}设为文本，重填 {cell}",
            "Set {column} to text and retype {cell}.",
        ),
    ),
    "id-bad-length": Kind(
        "refuse",
        Text("身份证号是 {length} 位，应为 18 位", "The ID has {length} characters, not 18."),
        Text("照证件重填 {cell}", "Retype {cell} from the card."),
    ),
    "id-bad-character": Kind(
        "refuse",
        Text(
            "身份证号里有「{text}」，只能是数字，末位可以是 X",
            "The ID holds “{text}”; only digits belong there, and X at the end.",
        ),
        Text("照证件重填 {cell}", "Retype {cell} from the card."),
    ),
    "id-masked": Kind(
        "refuse",
        Text("身份证号打了星号，不是完整号码", "The ID is masked with asterisks."),
        Text("在 {cell} 填完整号码", "Type the whole number into {cell}."),
    ),
    "id-bad-check-digit": Kind(
        "refuse",
        Text(
            "身份证号校验不符，有一位抄错", "The ID’s check digit is wrong: a digit was miscopied."
        ),
        Text("照证件逐位核对 {cell}", "Compare {cell} with the card, digit by digit."),
    ),
    "id-bad-date": Kind(
        "refuse",
        Text("身份证号里的出生日期不存在", "The date of birth inside the ID does not exist."),
        Text("照证件核对 {cell} 中间的出生日期", "Check the date inside {cell} against the card."),
    ),
    "id-old-15": Kind(
        "note",
        Text("15 位旧身份证号，已换成 18 位", "An old 15-digit ID, now written with 18."),
        Text("有新证时照新证核对 {cell}", "Compare {cell} with the new card when there is one."),
    ),
    "born-contradicts-id": Kind(
        "decide",
        Text(
            "出生日期填 {cell_value}，身份证号里是 {id_value}",
            "Born {cell_value} in the sheet, {id_value} in the ID.",
        ),
        Text("选一个，或照证件改 {cell}", "Choose one, or correct {cell} from the card."),
        ("id", "cell"),
    ),
    "sex-contradicts-id": Kind(
        "decide",
        Text("照身份证号是{sex}，表中不是", "The ID says {sex}, the sheet does not."),
        Text("选一个，或照证件改 {cell}", "Choose one, or correct {cell} from the card."),
        ("id", "cell"),
    ),
    "bad-credit-code": Kind(
        "refuse",
        Text("统一社会信用代码不对", "This is not a valid credit code."),
        Text(
            "照营业执照重填 {cell}，18 位；没有就留空",
            "Retype {cell} from the licence, 18 characters; leave it empty if there is none.",
        ),
    ),
}

PHONES = {
    "bad-phone": Kind(
        "note",
        Text("电话不成号码，没有收", "This is not a phone number; it was left out."),
        Text("问到号码后填在 {cell}", "Ask for the number and type it into {cell}."),
    ),
    "phone-masked": Kind(
        "decide",
        Text("电话打了星号：{text}", "The phone is masked: {text}."),
        Text("选一个，或在 {cell} 填完整号码", "Choose one, or type the whole number into {cell}."),
        ("keep", "drop"),
    ),
    "phone-several": Kind(
        "note",
        Text(
            "一格里有 {count} 个电话，只收第一个",
            "{count} phones in one cell; the first was taken.",
        ),
        Text("想收另一个，就把它写在 {cell} 最前", "To take another, write it first in {cell}."),
    ),
    "phone-words": Kind(
        "note",
        Text(
            "电话里还有「{text}」，只收号码",
            "The phone cell also says “{text}”; only the number was taken.",
        ),
        Text("要留的话写到备注", "Move the words to the notes if they matter."),
    ),
}

VALUES = {
    "bad-date": Kind(
        "refuse",
        Text("「{text}」不是日期", "“{text}” is not a date."),
        Text("把 {cell} 改成 1990-05-03 的样子", "Write {cell} like 1990-05-03."),
    ),
    "date-imprecise": Kind(
        "note",
        Text(
            "「{text}」只到{span}，先记 {stored}",
            "“{text}” gives only the {span}; kept as {stored}.",
        ),
        Text("知道日子后补全 {cell}", "Complete {cell} once the day is known."),
    ),
    "required-missing": Kind(
        "refuse",
        Text("{title}没有填", "{title} is empty."),
        Text("补填 {cell}", "Fill in {cell}."),
    ),
    "name-missing": Kind(
        "refuse",
        Text("没有{title}", "{title} is missing."),
        Text("补填 {cell}", "Fill in {cell}."),
    ),
    "too-long": Kind(
        "refuse",
        Text(
            "{title}有 {length} 字，最多 {limit} 字",
            "{title} has {length} characters; {limit} is the most.",
        ),
        Text("缩短 {cell}", "Shorten {cell}."),
    ),
    "not-a-number": Kind(
        "refuse",
        Text("{title}「{text}」不是数", "{title} “{text}” is not a number."),
        Text("{cell} 只填数字", "Type only figures into {cell}."),
    ),
    "not-whole": Kind(
        "refuse",
        Text("{title}「{text}」不是整数", "{title} “{text}” is not a whole number."),
        Text("{cell} 填整数", "Type a whole number into {cell}."),
    ),
    "out-of-range": Kind(
        "refuse",
        Text("{title}填 {text}，应为 {range}", "{title} is {text}; it must be {range}."),
        Text("核对 {cell}", "Check {cell}."),
    ),
    "unknown-code": Kind(
        "decide",
        Text("{title}「{text}」不在选项里", "{title} “{text}” is not on the list."),
        Text("选一项，或改 {cell}", "Choose one, or correct {cell}."),
        ("drop",),
    ),
    "formula-without-value": Kind(
        "refuse",
        Text(
            "{cell} 是公式，文件里没有存结果", "{cell} is a formula, and the file holds no result."
        ),
        Text(
            "用 WPS 或 Excel 打开，存一次再导入",
            "Open the file in WPS or Excel, save it, and import it again.",
        ),
    ),
    "cell-error": Kind(
        "refuse",
        Text("{cell} 是错误值 {text}", "{cell} holds the error {text}."),
        Text("改好公式，或直接填 {cell}", "Mend the formula, or type the value into {cell}."),
    ),
}

ROWS = {
    "duplicate-in-file": Kind(
        "decide",
        Text(
            "与第 {row} 行是同一个人，内容不同",
            "The same person as in row {row}, with other values.",
        ),
        Text("选一行", "Choose one row."),
        ("first", "last"),
    ),
    "duplicate-identical": Kind(
        "note",
        Text("与第 {row} 行完全相同，只收一次", "The same as row {row}; taken once."),
        NOTHING_TO_DO,
    ),
    "duplicate-set-aside": Kind(
        "note",
        Text("与第 {row} 行是同一个人，收了那一行", "Row {row} is the same person and was taken."),
        NOTHING_TO_DO,
    ),
    "duplicate-in-register": Kind(
        "note",
        Text("登记簿里已有，按这一行更新", "Already in the register; this row updates it."),
        NOTHING_TO_DO,
    ),
    "name-differs": Kind(
        "decide",
        Text(
            "登记簿里这个证号叫{register}，表中是{text}",
            "The register calls this person {register}, the sheet {text}.",
        ),
        Text(
            "改了名就照表格；号码填错就改 {cell} 那行的证号",
            "Follow the sheet if renamed; correct the ID of that row if it is another’s.",
        ),
        ("cell", "keep"),
    ),
    "id-in-several-villages": Kind(
        "decide",
        Text(
            "这个身份证号在几个村各有一条，都不在这一行写的村",
            "Several villages have somebody of this ID number, and not the one of this row.",
        ),
        Text("选这一行说的是哪个村的人", "Choose the village whose record this row speaks of."),
    ),
    "two-heads": Kind(
        "decide",
        Text("这一户有 {count} 个户主", "This household has {count} heads."),
        Text("选一个户主", "Choose one head."),
    ),
    "head-missing": Kind(
        "note",
        Text("这一户没有户主", "This household has no head."),
        Text("问清后在「与户主关系」填户主", "Ask, then name the head under relation to head."),
    ),
    "total-row": Kind(
        "refuse",
        Text("这是合计行，不是人", "A row of totals, not a person."),
        NOTHING_TO_DO,
    ),
    "comment-row": Kind(
        "refuse",
        Text("这是说明，不是人", "A remark, not a person."),
        NOTHING_TO_DO,
    ),
    "repeated-header-row": Kind(
        "refuse",
        Text("这是重复的表头，不是人", "The headings again, not a person."),
        NOTHING_TO_DO,
    ),
    "moved-out": Kind(
        "note",
        Text("已迁出，不计入实有人口", "Moved out; not counted as living here."),
        NOTHING_TO_DO,
    ),
    "deceased": Kind(
        "note",
        Text("已去世，不计入实有人口", "Deceased; not counted as living here."),
        NOTHING_TO_DO,
    ),
}

PLACES = {
    "village-missing": Kind(
        "decide",
        Text("看不出是哪个村（社区）", "The row names no village."),
        Text("选一个村，或补在地址里", "Choose a village, or add it to the address."),
    ),
    "village-unknown": Kind(
        "decide",
        Text("本镇没有「{text}」", "This town has no “{text}”."),
        Text("选一个村，或改 {cell}", "Choose a village, or correct {cell}."),
    ),
    "village-beyond-reach": Kind(
        "refuse",
        Text("{village}不在您负责的范围里", "{village} is not among your areas."),
        Text("请负责那里的人导入这一行", "Let somebody import the row who has that area."),
    ),
    "village-of-sheet-differs": Kind(
        "note",
        Text(
            "地址在{village}，工作表名是{sheet}，按地址记",
            "The address is in {village}, the sheet is called {sheet}; the address was followed.",
        ),
        Text("不对就改 {cell}", "Correct {cell} if that is wrong."),
    ),
    "group-unknown": Kind(
        "decide",
        Text("{village}没有登记过「{text}」组", "{village} has no group “{text}” yet."),
        Text("选一项，或改 {cell}", "Choose one, or correct {cell}."),
        ("add", "drop"),
    ),
    "address-short": Kind(
        "note",
        Text(
            "地址没有写到门牌，房屋待定位",
            "The address stops short of the door; the house is to be placed.",
        ),
        Text(
            "在 {cell} 补上组和号，或到地图上定位",
            "Add group and number to {cell}, or place it on the map.",
        ),
    ),
    "address-unreadable": Kind(
        "note",
        Text("地址读不懂，房屋待定位", "The address cannot be read; the house is to be placed."),
        Text(
            "照门牌重写 {cell}，或到地图上定位",
            "Rewrite {cell} from the door plate, or place it on the map.",
        ),
    ),
    "datum-missing": Kind(
        "decide",
        Text("坐标没有说是哪种坐标系", "The coordinates do not say their datum."),
        Text(
            "选一种。手机和网络地图多是火星坐标，用错会偏 600 多米",
            "Choose one. Phones and web maps mostly give GCJ-02; a wrong one is 600 m off.",
        ),
        ("cgcs2000", "wgs84", "gcj02", "bd09"),
    ),
    "bad-coordinates": Kind(
        "refuse",
        Text("经纬度「{text}」不是两个数", "The coordinates “{text}” are not two numbers."),
        Text(
            "写成度，例如 112.945037 和 27.087037", "Write degrees, such as 112.945037, 27.087037."
        ),
    ),
    "coordinates-swapped": Kind(
        "refuse",
        Text("经度和纬度写反了：{text}", "Longitude and latitude are swapped: {text}."),
        Text("两列对调", "Swap the two columns."),
    ),
    "coordinates-far": Kind(
        "refuse",
        Text("坐标 {text} 离本镇太远", "{text} is too far from this town."),
        Text("核对经纬度", "Check the longitude and latitude."),
    ),
    "grid-contradicts-point": Kind(
        "note",
        Text(
            "表中写{claimed}，房屋落在{found}，两个都留着",
            "The sheet says {claimed}, the house lies in {found}; both are kept.",
        ),
        Text("核对 {cell}，或挪动房屋的点", "Check {cell}, or move the house’s point."),
    ),
    "grid-unknown": Kind(
        "note",
        Text(
            "没有叫「{text}」的网格，按位置归格", "No grid is called “{text}”; the place decides."
        ),
        Text("核对 {cell}", "Check {cell}."),
    ),
}

KINDS = IDENTITY | PHONES | VALUES | ROWS | PLACES
"""Every code, in the order of this file."""
