"""Settings from MAPSERVER_* in the environment; read once at start, never at import."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mapserver.roles import Role


class Settings(BaseSettings):
    """How this server runs.

    Parameters
    ----------
    data : str
        A folder that holds (or will hold) town.gpkg, or a postgresql:// address.
    host, port
        Where to listen. Until there are accounts only a loopback address is allowed.
    town : str
        The 9-digit code of the town that a new store is for.
    key_file : Path, optional
        The secret that chains the record; by default town.key beside town.gpkg.
    layers : Path, optional
        A folder of layer files that add to, or replace, those that ship with the program;
        by default the folder `layers` inside the data folder.
    max_upload_mb : int
        The largest file that may be imported.
    busy_seconds : float
        How long a writer waits for another before it gives up.
    session_idle_minutes, session_hours
        A session ends so long after it was last used, and so long after it began.
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
    town: str = Field("430424100", pattern=r"\d{9}")
    key_file: Path | None = None
    layers: Path | None = None
    max_upload_mb: int = Field(50, gt=0, le=500)
    busy_seconds: float = Field(10.0, gt=0)
    session_idle_minutes: int = Field(60, ge=1, le=24 * 60)
    session_hours: int = Field(12, ge=1, le=30 * 24)
    totp_roles: Annotated[tuple[Role, ...], NoDecode] = (Role.ADMINISTRATOR, Role.AUDITOR)
    password_length: int = Field(12, ge=12, le=64)
    token_days: int = Field(366, ge=1, le=366)

    @field_validator("totp_roles", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(filter(None, (one.strip() for one in value.split(","))))
        return value

    @model_validator(mode="after")
    def _loopback_only(self) -> Self:
        if not is_loopback(self.host):
            raise ValueError(
                f"{self.host} 不是本机地址。还没有账号，地图只能在这台电脑上打开：用 127.0.0.1。 "
                f"{self.host} is not a loopback address. There are no accounts yet, so the map "
                "may be served on this machine only: use 127.0.0.1."
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
