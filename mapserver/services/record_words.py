"""What a note of the record says, in words: the names of its details, and what they stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mapserver.domain.telling import Detail
from mapserver.layers import Title
from mapserver.roles import TITLES, Role


@dataclass(frozen=True, slots=True)
class Said:
    """One detail as it is read: what it is called, and what it says."""

    title: str
    text: str


def _title(zh: str, en: str) -> Title:
    return Title(zh=zh, en=en)


_NAMES = {
    "account": _title("账号", "Account"),
    "all": _title("共", "In all"),
    "area": _title("范围", "Area"),
    "client": _title("地址", "From"),
    "code": _title("原因", "Reason"),
    "codes": _title("个数", "Codes"),
    "days": _title("天数", "Days"),
    "events": _title("条数", "Events"),
    "fields": _title("改动", "Changed"),
    "format": _title("格式", "Format"),
    "how": _title("方式", "By"),
    "kind": _title("种类", "Kind"),
    "last": _title("到第", "Up to"),
    "method": _title("方式", "Method"),
    "more": _title("此前还有", "Before it"),
    "purpose": _title("用途", "Purpose"),
    "role": _title("岗位", "Role"),
    "roles": _title("岗位", "Roles"),
    "route": _title("地址", "Address"),
    "rows": _title("行数", "Rows"),
    "number": _title("第几版", "Version"),
    "session": _title("会话", "Session"),
    "since": _title("从", "Since"),
    "step": _title("做了什么", "Step"),
    "text": _title("说明", "In words"),
    "title": _title("名称", "Title"),
    "until": _title("到", "Until"),
    "via": _title("途径", "By"),
    "why": _title("原因", "Why"),
    "writes": _title("可以写", "May write"),
}

_VALUES: Mapping[str, Mapping[str, Title]] = {
    "how": {
        "password": _title("密码", "Password"),
        "oidc": _title("统一身份认证", "Single sign-on"),
        "oidc-mfa": _title("统一身份认证（多因素）", "Single sign-on, several factors"),
    },
    "why": {
        "name": _title("没有这个账号", "No such account"),
        "password": _title("密码不对", "Wrong password"),
        "code": _title("验证码不对", "Wrong code"),
        "confirm": _title("确认密码不对", "Wrong password at confirming"),
        "oidc": _title("统一身份认证没有对应账号", "No account for the single sign-on"),
        "unlinked": _title("没有连上账号", "No account is linked"),
        "closed": _title("账号已停用", "The account is closed"),
        "state": _title("不是这里开始的，或已过期", "Not begun here, or over"),
        "error": _title("对方没有让登录", "The other service refused"),
        "issuer": _title("回答来自别处", "Another service answered"),
        "no-code": _title("对方没有给授权码", "The other service gave no code"),
        "redeem": _title("授权码兑换不了", "The code was not redeemed"),
        "no-token": _title("对方没有给身份令牌", "The other service gave no ID token"),
        "token": _title("身份令牌不可信", "The ID token is not to be believed"),
        "subject": _title("对方的用户编号不能用", "The subject can be none"),
        "unreachable": _title("对方没有回应", "The other service did not answer"),
    },
    "code": {
        "not-allowed": _title("岗位没有这一项", "Not given by the appointments"),
        "not-confirmed": _title("没有确认", "Not confirmed"),
        "cross-site": _title("别的网站发来的", "Another site's page"),
        "unknown-host": _title("用了别的名字", "By another name of the server"),
        "sign-in-needed": _title("没有登录，或令牌不对", "Nobody signed in, or a wrong token"),
        "too-many-tries": _title("试错太多次", "Too many wrong tries"),
        "too-many-openings": _title("查看太多次", "Too many openings"),
        "slowed": _title("登录放慢", "Sign-ins slowed"),
    },
    "kind": {
        "outcomes": _title("导入结果", "Outcomes of an import"),
    },
    "purpose": {
        "visit": _title("入户核实", "Home visit"),
        "errand": _title("替他办事", "An errand for them"),
        "mediation": _title("矛盾调解", "Mediation"),
        "guardianship": _title("监护事务", "Guardianship"),
        "other": _title("其他", "Other"),
    },
    "step": {
        "submitted": _title("提交审核", "Submitted"),
        "withdrawn": _title("收回再改", "Taken back"),
        "returned": _title("退回", "Sent back"),
        "approved": _title("审核通过", "Approved"),
    },
    "role": {role.value: _title(*TITLES[role]) for role in Role},
    "roles": {role.value: _title(*TITLES[role]) for role in Role},
    "fields": {
        "name": _title("登录名", "Login name"),
        "title": _title("姓名", "Name"),
        "subject": _title("统一身份认证", "Single sign-on"),
        "password": _title("密码", "Password"),
        "password_until": _title("一次性密码期限", "End of the one-time password"),
        "totp": _title("手机验证码", "Second factor"),
        "totp_next": _title("待确认的验证码", "Second factor to be confirmed"),
        "totp_step": _title("用过的验证码", "Last code used"),
        "closed_at": _title("停用时间", "Closed at"),
    },
}
_YES, _NO = _title("是", "Yes"), _title("否", "No")

COLUMNS = _VALUES["fields"]
"""What the columns of accounts are called."""

_IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_TAIL = 8
"""Characters by which a record is told from others, everywhere on the page."""


def said(details: Mapping[str, Detail], language: str) -> tuple[Said, ...]:
    """Return the details that say something, in words; what has none is told as it stands."""
    return tuple(
        Said(worded(_NAMES.get(name), name, language), _text(name, value, language))
        for name, value in details.items()
        if value is not None
    )


def worded(title: Title | None, otherwise: str, language: str) -> str:
    """Return a title in the reader's language; where there is none, what it stands for."""
    if title is None:
        return otherwise
    return title.en if language == "en" else title.zh


def _text(name: str, value: Detail, language: str) -> str:
    if isinstance(value, bool):
        return worded(_YES if value else _NO, "", language)
    if isinstance(value, list):
        comma = ", " if language == "en" else "、"
        return comma.join(_text(name, one, language) for one in value)
    text = str(value)
    if _IDENTIFIER.fullmatch(text):
        return text[-_TAIL:]
    return worded(_VALUES.get(name, {}).get(text), text, language)
