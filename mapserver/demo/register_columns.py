"""The headings of the demo's registers, each with the field whose value stands below it."""

from collections.abc import Sequence

Column = tuple[str, str]
"""A heading, and the field whose value stands below it."""

CLEAN: Sequence[Column] = (
    ("序号", "number"),
    ("组别", "group"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主关系", "relation_text"),
    ("性别", "sex"),
    ("公民身份号码", "id_number"),
    ("出生日期", "born"),
    ("婚姻状况", "marital"),
    ("文化程度", "education"),
    ("联系电话", "phone"),
    ("现居住地址", "address"),
    ("户籍地址", "registered_address"),
    ("人户是否一致", "residence_match"),
    ("所属网格", "grid_claimed"),
    ("备注", "note"),
)

LARGE: Sequence[Column] = tuple(
    column for column in CLEAN if column[1] not in ("marital", "education", "residence_match")
)

MERGED: Sequence[Column] = (
    ("序号", "number"),
    ("组别", "group"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主关系", "relation_text"),
    ("性别", "sex"),
    ("公民身份号码", "id_number"),
    ("出生日期", "born"),
    ("文化程度", "education"),
    ("联系电话", "phone"),
    ("现居住地址", "address"),
    ("户籍地址", "registered_address"),
    ("所属网格", "grid_claimed"),
    ("是否已迁出", "moved_out"),
    ("是否已死亡", "deceased"),
    ("备注", "note"),
)
BLANK_BELOW: Sequence[Column] = (
    ("村民小组", "group"),
    ("户编号", "household_no"),
    ("户主", "head_name"),
    ("姓名", "name"),
    ("户主或与户主关系", "relation_text"),
    ("性别", "sex"),
    ("身份证号码", "id_number"),
    ("出生年月", "born"),
    ("民族", "ethnic_group"),
    ("政治面貌", "politics"),
    ("手机号", "phone"),
    ("家庭住址", "address"),
    ("微信号", "chat_name"),
    ("备注", "note"),
)

FLATS: Sequence[Column] = (
    ("序号", "number"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主的关系", "relation_text"),
    ("性别", "sex"),
    ("证件号码", "id_number"),
    ("出生日期", "born"),
    ("联系方式", "phone"),
    ("现住址", "address"),
    ("所在网格", "grid_claimed"),
    ("备注", "note"),
)
