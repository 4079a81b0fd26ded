"""What people are appointed to be."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is appointed as, for an area and a period."""

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
