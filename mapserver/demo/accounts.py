"""The people who may sign in to the demo: one for each role, in the areas such a role has.

They are invented. Their password is made when the demo is built, and is no part of it.
"""

from dataclasses import dataclass

from mapserver.roles import Role

TOWN = "430424100"
VILLAGE = f"{TOWN}204"
GRID = f"{VILLAGE}001"
BESIDE = f"{TOWN}207"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who signs in by `name`, is called `title`, and holds a role for an area."""

    name: str
    title: str
    role: Role
    area: str


ACCOUNTS = (
    DemoAccount("lingdao", "赵冬梅", Role.LEADER, TOWN),
    DemoAccount("wanggezhang", "谢福明", Role.GRID_HEAD, VILLAGE),
    DemoAccount("wanggeyuan", "罗平云", Role.GRID_MEMBER, GRID),
    DemoAccount("xinxiyuan", "董海国", Role.INFORMATION_OFFICER, TOWN),
    DemoAccount("dudaoyuan", "陈子强", Role.SUPERVISOR, VILLAGE),
    DemoAccount("ducha", "李军成", Role.INSPECTOR, TOWN),
    DemoAccount("minjing", "周立新", Role.POLICE, BESIDE),
    DemoAccount("tiaojie", "颜桂芳", Role.MEDIATOR, VILLAGE),
    DemoAccount("xiaofang", "刘志刚", Role.FIRE, TOWN),
    DemoAccount("chengguan", "文建国", Role.URBAN_MANAGEMENT, f"{TOWN}001"),
    DemoAccount("xunfang", "阳小兵", Role.PATROL, BESIDE),
    DemoAccount("yiwei", "肖春兰", Role.HEALTH, VILLAGE),
    DemoAccount("zhanghao", "旷晓红", Role.ADMINISTRATOR, TOWN),
    DemoAccount("shenji", "单爱民", Role.AUDITOR, TOWN),
)
