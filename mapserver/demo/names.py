"""Names for people who do not exist: surnames by their share, given names by their decade."""

from itertools import accumulate
from random import Random

_SURNAMES = {
    "刘": 11, "陈": 9, "李": 9, "罗": 7, "谭": 6, "文": 5, "颜": 5, "唐": 4, "肖": 4, "周": 4,
    "王": 4, "谢": 3, "彭": 3, "欧阳": 2, "董": 3, "胡": 3, "曾": 3, "杨": 3, "张": 3, "黄": 2,
    "向": 2, "夏": 2, "赵": 2, "邓": 2, "何": 2, "旷": 1, "单": 1, "康": 1, "洪": 1, "宁": 1,
}  # fmt: skip

_GIVEN = {
    ("1", 0): "德福仁义祥荣贵生林松柏寿昌庆和清桂元光发财忠厚",
    ("2", 0): "秀英桂兰玉梅珍莲凤香云翠爱娥冬菊贞淑春桃连满",
    ("1", 1): "建国志强军明伟平华斌辉勇新文海林峰云龙飞卫东红",
    ("2", 1): "秀英兰玉梅红丽芳艳霞娟敏静燕琴华萍香云翠娥玲辉",
    ("1", 2): "杰涛亮俊鹏浩宇超磊波凯鑫文成海峰龙飞斌帆健威旭",
    ("2", 2): "婷燕静娟敏丽芳艳霞慧佳莎思梦萍娜媛倩琳璐颖洁雪",
    ("1", 3): "浩宇轩子睿泽铭辰逸博俊翔昊然熙霖梓阳诚瑞嘉奕晨",
    ("2", 3): "欣怡雨涵诗梓萱可馨思彤语桐若曦佳琪雅晴妍伊诺瑶",
}
_DECADES = (1958, 1982, 2004)
"""The years in which the fashion of given names changes."""

SURNAMES = tuple(_SURNAMES)
_SHARES = tuple(accumulate(_SURNAMES.values()))


def surname(random: Random) -> str:
    """Return a surname, the common ones more often."""
    return random.choices(SURNAMES, cum_weights=_SHARES)[0]


def given(sex: str, year: int, random: Random) -> str:
    """Return a given name of the fashion of `year` for `sex` ("1" or "2")."""
    fashion = _GIVEN[sex, sum(year >= start for start in _DECADES)]
    return "".join(random.sample(fashion, 1 if random.random() < 0.18 else 2))
