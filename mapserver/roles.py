"""The roles people are appointed to, and what each may do.

What a role may see and change is said layer by layer (`layers.Access`); what it may do
besides is a duty. Nobody has more than their appointments give: who holds none sees nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is appointed as, in an area and for a period."""

    GRID_HEAD = "grid_head"
    GRID_MEMBER = "grid_member"
    INFORMATION_OFFICER = "information_officer"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    INSPECTOR = "inspector"
    POLICE = "police"
    MEDIATOR = "mediator"
    FIRE = "fire"
    URBAN_MANAGEMENT = "urban_management"
    PATROL = "patrol"
    HEALTH = "health"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a role may do with the records of a layer."""

    COUNT = "count"
    """See how many there are, as far as it tells of nobody."""
    READ = "read"
    """See records, and of each what is public."""
    PERSONAL = "personal"
    """See what records tell of people, secrets masked."""
    WRITE = "write"
    OPEN = "open"
    """See one secret at a time, for a stated purpose."""


class Duty(StrEnum):
    """What a role does that is not about single records."""

    IMPORT = "import"
    DRAW = "draw"
    APPROVE = "approve"
    EXPORT = "export"
    ACCOUNTS = "accounts"
    RECORD = "record"


STAFF = tuple(role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR))
"""Everybody who works with the map; administrators and auditors see none of it."""

FIELD_STAFF = (Role.GRID_HEAD, Role.GRID_MEMBER, Role.INFORMATION_OFFICER)
"""Who keeps the registers."""

DUTIES: Mapping[Role, frozenset[Duty]] = MappingProxyType(
    {
        Role.GRID_HEAD: frozenset({Duty.DRAW}),
        Role.INFORMATION_OFFICER: frozenset({Duty.IMPORT, Duty.EXPORT}),
        Role.SUPERVISOR: frozenset({Duty.APPROVE}),
        Role.LEADER: frozenset({Duty.APPROVE}),
        Role.ADMINISTRATOR: frozenset({Duty.ACCOUNTS}),
        Role.AUDITOR: frozenset({Duty.RECORD}),
    }
)

TITLES: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.GRID_HEAD: ("网格长", "Grid head"),
        Role.GRID_MEMBER: ("网格员", "Grid member"),
        Role.INFORMATION_OFFICER: ("网格信息员", "Information officer"),
        Role.SUPERVISOR: ("网格督导员", "Supervisor"),
        Role.LEADER: ("镇领导", "Township leader"),
        Role.INSPECTOR: ("督查组", "Inspection group"),
        Role.POLICE: ("警员", "Police"),
        Role.MEDIATOR: ("调解员", "Mediator"),
        Role.FIRE: ("消防员", "Fire service"),
        Role.URBAN_MANAGEMENT: ("城管员", "Urban management"),
        Role.PATROL: ("巡防员", "Patrol"),
        Role.HEALTH: ("医卫人员", "Health service"),
        Role.ADMINISTRATOR: ("管理员", "Administrator"),
        Role.AUDITOR: ("审计员", "Auditor"),
    }
)
"""What each role is called, in Chinese and in English."""
