"""Whether a new password will do: the list that ships, and the words to say it in."""

from functools import cache
from pathlib import Path

from mapserver.domain.passwords import LONGEST, Weakness, weakness
from mapserver.errors import WeakPassword
from mapserver.services.hashing import verify
from mapserver.services.policy import Policy
from mapserver.store.accounts import Account

_FOLDER = Path(__file__).parent / "data"
_OURS = ("mapserver", "wangge", "网格", "网格一张图", "township")

_WORDS: dict[Weakness, tuple[str, str]] = {
    "short": (
        "密码太短，至少 {least} 个字。可以用一句自己记得住的话。",
        "The password is too short: at least {least} characters. A sentence will do.",
    ),
    "long": ("密码太长，最多 {longest} 个字。", "The password is too long: at most {longest}."),
    "common": (
        "这个密码太常见，是别人最先试的那种（常用密码、拼音名字加生日、键盘顺序）。换一个。",
        "This password is among the first that are tried (well-known ones, names with "
        "birthdays, rows of keys). Choose another.",
    ),
    "named": (
        "密码不能只是登录名、姓名或系统名。换一个。",
        "A password may not be little more than a name of yours or of this service.",
    ),
}


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that are tried first, in lower case."""
    files = ("passwords.txt", "habits.txt")
    lines = (line for name in files for line in (_FOLDER / name).read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("# "))


def refuse_weak(policy: Policy, password: str, owner: Account) -> None:
    """Refuse a new password that will not do.

    Raises
    ------
    WeakPassword
        With the reason in `details["weakness"]`.
    """
    about = {*_OURS, owner.name, owner.title, owner.title.replace(" ", "")}
    about.update(part for part in owner.name.replace("@", ".").split(".") if part)
    found = weakness(password, common_passwords(), about, least=policy.password_length)
    if found is not None:
        zh, en = _WORDS[found]
        numbers = {"least": policy.password_length, "longest": LONGEST}
        raise WeakPassword(zh.format(**numbers), en.format(**numbers), weakness=found, **numbers)


def refuse_same(password: str, kept: str | None) -> None:
    """Refuse a new password that is the one that is kept."""
    if verify(password, kept)[0]:
        raise WeakPassword(
            "新密码和原来的一样。换一个。",
            "The new password is the old one. Choose another.",
            weakness="same",
        )
