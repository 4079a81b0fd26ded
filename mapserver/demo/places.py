"""Schools, organizations and the premises they use; their names are made up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from mapserver.demo.households import days_before
from mapserver.demo.names import given, surname
from mapserver.demo.numbers import credit_code, mobile
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed
from mapserver.demo.spots import Neighbourhood, Spot

# community -> the town's upper schools
_UPPER = {
    "杨山": ("junior", "初级中学"),
    "滨江": ("junior", "初级中学"),
    "堰湾": ("junior", "初级中学"),
    "金堰": ("senior", "高级中学"),
    "兴东": ("vocational", "职业技术学校"),
}
_PUPILS = {
    "kindergarten": (45, 260),
    "primary": (60, 900),
    "junior": (600, 1500),
    "senior": (1400, 2600),
    "vocational": (700, 1600),
}


def school_records(seed: Seed, around: Sequence[Neighbourhood]) -> Iterator[Record]:
    """Yield the schools and kindergartens; every village has at least one."""
    position = 0
    for place in around:
        random = seed.random("school", place.village.code)
        for kind, name in _schools(place, random):
            spot = place.beside(random, 30, 70)
            uuid = seed.uuid(position, "school", name)
            values = _school(kind, name, spot, random)
            yield Record(uuid, spot.point, place.village.code, values)
            position += 1


def _schools(place: Neighbourhood, random: Random) -> list[tuple[str, str]]:
    short = place.village.short_name
    primary = ("primary", f"{short}小学")
    kindergarten = ("kindergarten", f"{short}幼儿园")
    if place.village.urban:
        found = [primary, kindergarten]
        if random.random() < 0.5:
            found.append(("kindergarten", f"{short}第二幼儿园"))
        if short in _UPPER:
            kind, suffix = _UPPER[short]
            found.append((kind, short + suffix))
        return found
    return random.choice(([primary], [primary], [primary, kindergarten], [kindergarten]))


def _school(kind: str, name: str, spot: Spot, random: Random) -> dict[str, Value]:
    low, high = _PUPILS[kind]
    pupils = random.randint(low, high if spot.house.village.urban else high // 3)
    return {
        "name": name,
        "address": f"{spot.house.address}旁",
        "kind": kind,
        "authority": "衡东县教育局",
        "pupils": pupils,
        "head": somebody(random),
        "head_phone": mobile(random),
        "security_lead": somebody(random),
        "security_lead_phone": mobile(random),
        "order_officer": somebody(random),
        "order_officer_phone": mobile(random),
        "guards": 1 + pupils // 300,
    }


def somebody(random: Random) -> str:
    """Return the name of a grown person."""
    return surname(random) + given(random.choice("12"), random.randint(1965, 1995), random)


_BRANDS = ("兴旺", "顺发", "洣江春", "和顺", "惠民", "鑫旺", "福满", "金穗", "绿野", "宏源", "万家",
           "天成", "聚友", "长丰", "四季", "老街", "湘味", "众鑫", "瑞丰", "康源", "百年", "乐家",
           "美佳", "立信", "九洲", "大众", "星光", "同乐")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Trade:
    """A kind of organization: how its name is formed, and the premises it needs."""

    kind: str
    pattern: str
    endings: tuple[str, ...]
    prefix: str | None
    premises: str | None
    urban: int
    rural: int


_SHOP = "{short}{brand}{end}"
_TRADES = (
    _Trade("individual", _SHOP, ("副食店", "便利店", "五金店", "服装店", "药店", "理发店", "手机店",
           "家电行", "农资店"), "92", "shop", 40, 16),
    _Trade("individual", _SHOP, ("粉店", "土菜馆", "早餐店", "烧烤店", "家常菜馆"), "92",
           "restaurant", 20, 6),
    _Trade("individual", _SHOP, ("旅馆", "宾馆"), "92", "hotel", 5, 0),
    _Trade("individual", _SHOP, ("茶楼", "棋牌室", "网吧", "健身房"), "92", "leisure", 7, 1),
    _Trade("workshop", "{short}{surname}记{end}", ("豆腐坊", "米粉作坊", "榨油坊", "酿酒作坊",
           "木器加工点", "铝合金加工点"), None, "workshop", 5, 12),
    _Trade("cooperative", "衡东县{brand}{end}专业合作社", ("水稻种植", "油茶种植", "生猪养殖",
           "黄贡椒种植", "水产养殖", "果蔬种植"), "93", "warehouse", 0, 14),
    _Trade("private", "衡东县{brand}{end}有限公司", ("建材", "商贸", "物流", "机械配件", "食品",
           "装饰工程", "农业开发"), "91", "warehouse", 14, 6),
    _Trade("foreign", "衡阳{brand}{end}有限公司", ("电子", "服饰"), "91", "workshop", 1, 0),
    _Trade("mixed", "衡东县{brand}{end}股份有限公司", ("水务", "农产品市场"), "91", "other", 1, 0),
    _Trade("social_group", "{short}{end}", ("商会", "老年人协会", "红白理事会", "志愿者协会"), "51",
           None, 4, 4),
    _Trade("non_enterprise", _SHOP, ("养老服务中心", "托育中心", "社会工作服务中心"), "52", "other",
           3, 1),
)  # fmt: skip
_STAFF = {"private": (4, 60), "foreign": (40, 180), "mixed": (20, 90), "cooperative": (5, 30)}


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as a record, with what its premises are made from."""

    record: Record
    trade: _Trade
    spot: Spot


def organizations(seed: Seed, around: Sequence[Neighbourhood]) -> list[Organization]:
    """Return the organizations, no two of one name."""
    names: set[str] = set()
    found: list[Organization] = []
    for place in around:
        random = seed.random("organization", place.village.code)
        shares = [t.urban if place.village.urban else t.rural for t in _TRADES]
        for _ in range(random.randint(18, 34) if place.village.urban else random.randint(2, 8)):
            trade = random.choices(_TRADES, shares)[0]
            name = _name(trade, place, random)
            if name in names:
                continue
            names.add(name)
            spot = place.at_ground_level().beside(random, 6, 16)
            uuid = seed.uuid(len(found), "organization", name)
            values = _organization(trade, name, spot, random)
            record = Record(uuid, spot.point, place.village.code, values)
            found.append(Organization(record, trade, spot))
    return found


def _name(trade: _Trade, place: Neighbourhood, random: Random) -> str:
    return trade.pattern.format(
        short=place.village.short_name,
        brand=random.choice(_BRANDS),
        surname=surname(random),
        end=random.choice(trade.endings),
    )


def _organization(trade: _Trade, name: str, spot: Spot, random: Random) -> dict[str, Value]:
    staff = random.randint(*_STAFF.get(trade.kind, (1, 8)))
    large = staff > 25
    values: dict[str, Value] = {
        "name": name,
        "kind": trade.kind,
        "address": spot.house.address,
        "staff": staff,
        "legal_person": somebody(random),
        "hazard": random.choice(("none",) * 12 + ("fire", "fire", "food", "production")),
        "dangerous_goods": trade.kind == "private" and random.random() < 0.04,
        "party": "1" if large and random.random() < 0.6 else "0",
        "union": "1" if large and random.random() < 0.5 else "0",
        "league": "1" if large and random.random() < 0.3 else "0",
        "women": "1" if large and random.random() < 0.3 else "0",
    }
    if random.random() < 0.93:
        values["phone"] = mobile(random)
    if large:
        values["security_head"] = somebody(random)
    if trade.prefix:
        values["credit_code"] = credit_code(trade.prefix, random)
        values["approved_on"] = days_before(AS_OF, random.uniform(60, 5500))
        values["authority"] = "衡东县市场监督管理局" if trade.prefix > "90" else "衡东县民政局"
    if trade.prefix and trade.prefix < "90":
        values["licence_no"] = f"演示社证字第{random.randrange(10**4):04d}号"
    return values


_MARKETS = ("农贸市场", "建材市场", "小商品市场")


def premises_records(
    seed: Seed, found: Sequence[Organization], around: Sequence[Neighbourhood]
) -> Iterator[Record]:
    """Yield the premises that organizations use, then the markets, which nobody holds alone."""
    random = seed.random("premises")
    position = 0
    for organization in found:
        if organization.trade.premises is None or random.random() > 0.75:
            continue
        name = f"{organization.record.values['name']}{_ROOMS[organization.trade.premises]}"
        values = _premises(organization.trade.premises, name, organization.spot, random)
        values["organization"] = organization.record.id
        uuid = seed.uuid(position, "premises", name)
        point = organization.record.geometry
        yield Record(uuid, point, organization.record.village, values)
        position += 1
    for place, suffix in zip([p for p in around if p.village.urban], _MARKETS, strict=False):
        spot = place.beside(random, 30, 60)
        name = place.village.short_name + suffix
        values = _premises("market", name, spot, random)
        yield Record(seed.uuid(position, "premises", name), spot.point, place.village.code, values)
        position += 1


_ROOMS = {
    "shop": "门店",
    "restaurant": "店面",
    "hotel": "经营楼",
    "leisure": "经营场地",
    "workshop": "厂房",
    "warehouse": "仓库",
    "other": "办公场所",
}
_AREAS = {
    "workshop": (80, 2400),
    "warehouse": (120, 1800),
    "market": (1500, 6000),
    "hotel": (300, 1600),
}


def _premises(kind: str, name: str, spot: Spot, random: Random) -> dict[str, Value]:
    return {
        "name": name,
        "kind": kind,
        "address": spot.house.address,
        "area_m2": round(random.uniform(*_AREAS.get(kind, (24, 220))), 1),
        "hazard": random.choice(("none",) * 9 + ("fire", "fire", "food")),
        "checked_on": days_before(AS_OF, random.uniform(3, 400)),
    }
