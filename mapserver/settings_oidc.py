"""The settings of signing in by another service: all that it needs, or none of them."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from mapserver.loopback import is_loopback

_NEEDED = ("oidc_issuer", "oidc_client_id", "oidc_client_secret_file", "oidc_address")
_FURTHER = ("oidc_title", "oidc_amr", "oidc_acr")

Listed = Annotated[tuple[str, ...], NoDecode]


class OidcSettings(BaseSettings):
    """How people sign in by another service (OpenID Connect); nothing set, they do not.

    Parameters
    ----------
    oidc_issuer : str, optional
        The service's own name for itself, exactly as its discovery document has it.
    oidc_client_id : str, optional
        By which the service knows this server.
    oidc_client_secret_file : Path, optional
        A file that its owner alone may read, with the secret that goes with it.
    oidc_address : str, optional
        Where browsers reach this server; they are sent back to it.
    oidc_title : str, optional
        What the service is called on the button; by default its host.
    oidc_amr, oidc_acr : tuple of str
        Values of the ID token's `amr` (any of them) or `acr` by which the service says that it
        checked more than one factor; commas between them in the environment.
    """

    oidc_issuer: str | None = None
    oidc_client_id: str | None = Field(None, min_length=1, pattern=r"^[\x21-\x7e]+$")
    oidc_client_secret_file: Path | None = None
    oidc_address: str | None = None
    oidc_title: str | None = Field(None, min_length=1, max_length=40)
    oidc_amr: Listed = ()
    oidc_acr: Listed = ()

    @field_validator("oidc_amr", "oidc_acr", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(filter(None, (one.strip() for one in value.split(","))))
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        # OpenID Connect Core 1.0, section 2: https, without query and fragment
        if value is not None and not is_secure(_split(value)):
            raise ValueError(
                "写成 https:// 开头的地址，和对方发现文档里的 issuer 一字不差；"
                "不走 https 的只能在本机。 "
                "Give an https:// address, exactly as the service's own document has its issuer; "
                "without https it can be on this machine only."
            )
        return value

    @field_validator("oidc_address")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _split(value)
        if not is_secure(parts) or parts.path not in ("", "/") or _usual_port(parts):
            raise ValueError(
                "写成浏览器打开本系统的地址，例如 https://map.town.lan，不带路径；"
                "不走 https 的只能是本机。 "
                "Give the address by which browsers reach this server, such as "
                "https://map.town.lan, without a path; without https only on this machine."
            )
        return value.lower().rstrip("/")

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        missing = [name for name in _NEEDED if getattr(self, name) is None]
        given = len(missing) < len(_NEEDED) or any(getattr(self, name) for name in _FURTHER)
        if given and missing:
            names = ", ".join(f"MAPSERVER_{name.upper()}" for name in missing)
            raise ValueError(
                f"用其他服务登录的设置不全，还缺 {names}。 "
                f"The settings of signing in by another service lack {names}."
            )
        return self


def is_secure(address: SplitResult) -> bool:
    """Whether what is sent to an address crosses no network in clear, and it is nothing more."""
    host = address.hostname or ""
    plain = address.scheme == "http" and is_loopback(host)
    more = address.query or address.fragment or "@" in address.netloc
    return bool(host) and (address.scheme == "https" or plain) and not more


def _split(value: str) -> SplitResult:
    nowhere = urlsplit("")
    if value != value.strip() or not value.isascii() or not value.isprintable() or " " in value:
        return nowhere
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else nowhere
    except ValueError:
        return nowhere


def _usual_port(address: SplitResult) -> bool:
    """Whether a port is written that browsers leave out."""
    return (address.scheme, address.port) in (("https", 443), ("http", 80))
