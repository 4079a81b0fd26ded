"""Settings from MAPSERVER_* in the environment; read once at start, never at import."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from mapserver.loopback import is_loopback
from mapserver.roles import Role
from mapserver.settings_oidc import OidcSettings

LEAST_RECORD_DAYS = 183
"""Half a year: logs are kept no shorter (Cybersecurity Law of the PRC, article 21)."""


class Settings(OidcSettings):
    """How this server runs.

    Parameters
    ----------
    data : str
        A folder that holds (or will hold) town.gpkg, or a postgresql:// address.
    host, port
        Where to listen.
    names : str
        Further names by which browsers reach this server, with commas between.
    tls_cert, tls_key : Path, optional
        The certificate, with those between it and its authority, and its key; PEM. With them
        the server speaks HTTPS.
    insecure : bool
        Whether others may be served without TLS, so that passwords and people cross the
        network in clear.
    proxies : str
        The addresses, with commas between, of proxies that say for whom they ask.
    town : str
        The 9-digit code of the town that a new store is for.
    key_file : Path, optional
        The ring of keys that seal secrets and chain the record; by default town.key beside
        town.gpkg.
    layers : Path, optional
        A folder of layer files that add to, or replace, those that ship with the program;
        by default the folder `layers` inside the data folder.
    max_upload_mb : int
        The largest file that may be imported.
    openings_per_hour : int
        How many secrets one person may open in an hour.
    log_level : {"debug", "info", "warning", "error"}
        What is logged; "info" has a line for every request.
    busy_seconds : float
        How long a writer waits for another before it gives up.
    record_days : int, optional
        How many days the record of events is kept, at least half a year; by default for ever.
        `mapserver cut` removes what is older.
    backup_to : Path, optional
        Where `mapserver serve` puts backups by itself; not set, it makes none.
    backup_key_file, backup_passphrase_file : Path, optional
        What seals them: a key of `mapserver backup-key`, or a passphrase on the first line.
    backup_hours : float
        How long from one backup to the next.
    backup_days, backup_weeks, backup_months : int
        Of how many days, weeks and months the last backup is kept.
    session_idle_minutes, session_hours
        A session ends so long after it was last used, and so long after it began.
    street_norm, village_norm : pair of int, optional
        The fewest and the most households that a grid should have, as "300-500"; a grid outside
        is marked, and nothing else.
    totp_roles : tuple of Role
        Roles that need a second factor; commas between them in the environment.
    password_length : int
        Characters that a new password must have.
    token_days : int
        The longest that a token for QGIS or a script may be good for.
    """

    model_config = SettingsConfigDict(env_prefix="MAPSERVER_", frozen=True)

    data: str = "data"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    names: str = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    insecure: bool = False
    proxies: str = "127.0.0.1,::1"
    town: str = Field("430424100", pattern=r"\d{9}")
    key_file: Path | None = None
    layers: Path | None = None
    max_upload_mb: int = Field(50, gt=0, le=500)
    openings_per_hour: int = Field(60, gt=0, le=1000)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    busy_seconds: float = Field(10.0, gt=0)
    record_days: int | None = None
    backup_to: Path | None = None
    backup_key_file: Path | None = None
    backup_passphrase_file: Path | None = None
    backup_hours: float = Field(24.0, ge=0.1)
    backup_days: int = Field(7, ge=1)
    backup_weeks: int = Field(5, ge=0)
    backup_months: int = Field(12, ge=0)
    session_idle_minutes: int = Field(60, ge=1, le=24 * 60)
    session_hours: int = Field(12, ge=1, le=30 * 24)
    totp_roles: Annotated[tuple[Role, ...], NoDecode] = (Role.ADMINISTRATOR, Role.AUDITOR)
    street_norm: Annotated[tuple[int, int] | None, NoDecode] = (300, 500)
    village_norm: Annotated[tuple[int, int] | None, NoDecode] = None
    password_length: int = Field(12, ge=12, le=64)
    token_days: int = Field(366, ge=1, le=366)

    @field_validator("totp_roles", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(filter(None, (one.strip() for one in value.split(","))))
        return value

    @field_validator("street_norm", "village_norm", mode="before")
    @classmethod
    def _norm(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"\s*(\d{1,6})\s*-\s*(\d{1,6})\s*", value)
        if value.strip() and (not found or int(found[1]) > int(found[2])):
            raise ValueError(
                "户数要写成 300-500 这样，先少后多 / write households as 300-500, the fewest first"
            )
        return (int(found[1]), int(found[2])) if found else None

    @model_validator(mode="after")
    def _told_before_in_clear(self) -> Self:
        if self.reaches_others_in_clear and not self.insecure:
            raise ValueError(
                f"{self.host} 不是本机地址，又没有证书，密码和人的资料会在网上明着走。"
                "用 --tls-cert 和 --tls-key，或在 127.0.0.1 前面放一个代理；"
                "确实要这样，加 --insecure。 "
                f"{self.host} is not a loopback address and there is no certificate: passwords "
                "and people would cross the network in clear. Give --tls-cert and --tls-key, or "
                "put a proxy before 127.0.0.1; if it must be so, add --insecure."
            )
        return self

    @field_validator("record_days")
    @classmethod
    def _half_a_year(cls, days: int | None) -> int | None:
        if days is not None and days < LEAST_RECORD_DAYS:
            raise ValueError(
                f"记录至少保存 {LEAST_RECORD_DAYS} 天，不能更短。 "
                f"The record is kept for {LEAST_RECORD_DAYS} days at least."
            )
        return days

    @property
    def reaches_others_in_clear(self) -> bool:
        """Whether others are served, and without TLS."""
        return self.tls_cert is None and not is_loopback(self.host)

    @property
    def known_names(self) -> tuple[str, ...]:
        """The names that browsers may use, beside those of this machine."""
        named = (name.strip().lower() for name in self.names.split(","))
        sent_back_to = urlsplit(self.oidc_address or "").hostname or ""
        return tuple(name for name in (self.host.lower(), *named, sent_back_to) if name)
