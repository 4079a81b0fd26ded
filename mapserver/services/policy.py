"""How long people stay signed in, and what their passwords and second factors must be."""

from dataclasses import dataclass
from datetime import timedelta

from mapserver.roles import Role
from mapserver.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """What a town decides of signing in; the rest is not for a setting.

    Parameters
    ----------
    idle, whole : timedelta
        A session ends so long after it was last used, and so long after it began.
    totp_roles : frozenset of Role
        Who holds one of them sees nothing before there is a second factor.
    password_length : int
        Characters that a new password must have.
    token_life : timedelta
        The longest that a token may be good for.
    one_time : timedelta
        How long a password that somebody else made may be used, to be changed.
    device_memory : timedelta
        How long a browser that was signed in is known again after its session ended.
    """

    idle: timedelta = timedelta(minutes=60)
    whole: timedelta = timedelta(hours=12)
    totp_roles: frozenset[Role] = frozenset([Role.ADMINISTRATOR, Role.AUDITOR])
    password_length: int = 12
    token_life: timedelta = timedelta(days=366)
    one_time: timedelta = timedelta(hours=72)
    device_memory: timedelta = timedelta(days=90)

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Return what the settings say."""
        return cls(
            idle=timedelta(minutes=settings.session_idle_minutes),
            whole=timedelta(hours=settings.session_hours),
            totp_roles=frozenset(settings.totp_roles),
            password_length=settings.password_length,
            token_life=timedelta(days=settings.token_days),
        )
