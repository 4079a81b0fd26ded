"""How this server is known to the other service: what the settings say, and the secret."""

import stat
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from mapserver.errors import ProviderMisset
from mapserver.settings import Settings

CALLBACK = "/session/oidc/callback"
"""Where the other service sends browsers back to; registered there with the address before it."""

LIBRARIES = ("authlib", "httpx2", "joserfc")
_LONGEST_SECRET = 1000


@dataclass(frozen=True, slots=True)
class Registration:
    """What this server and the other service agreed on.

    Parameters
    ----------
    issuer : str
        The service's name for itself.
    client_id, secret : str
        By which it knows this server.
    title : str
        What people call it.
    address : str
        Where browsers reach this server.
    amr, acr : tuple of str
        What it says of a sign-in for which it checked more than one factor.
    """

    issuer: str
    client_id: str
    secret: str
    title: str
    address: str
    amr: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the registration without its secret."""
        return f"Registration({self.client_id} at {self.issuer})"

    @property
    def redirect_uri(self) -> str:
        """The one address that a browser may be sent back to."""
        return self.address + CALLBACK

    @classmethod
    def of(cls, settings: Settings) -> "Registration | None":
        """Return what the settings say, None where they say nothing.

        Raises
        ------
        ProviderMisset
            If the secret's file cannot be used, or the extra `oidc` is not installed.
        """
        issuer, client = settings.oidc_issuer, settings.oidc_client_id
        file, address = settings.oidc_client_secret_file, settings.oidc_address
        if issuer is None or client is None or file is None or address is None:
            return None
        _hold_libraries()
        title = settings.oidc_title or urlsplit(issuer).hostname or issuer
        told = (settings.oidc_amr, settings.oidc_acr)
        return cls(issuer, client, _secret(file), title, address, *told)


def _hold_libraries() -> None:
    """Look whether the libraries are there; they are loaded when somebody signs in."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ProviderMisset(
            f"用其他服务登录还要装几个库（缺 {', '.join(missing)}）："
            "pip install 'township-mapserver[oidc]'",
            f"Signing in by another service needs more libraries ({', '.join(missing)} missing): "
            "pip install 'township-mapserver[oidc]'",
        )


def _secret(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ProviderMisset(
                f"密钥文件 {path} 别人也能读。改成只有自己能读：chmod 600 {path}",
                f"The secret's file {path} can be read by others. Run: chmod 600 {path}",
            )
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ProviderMisset(
            f"密钥文件 {path} 读不了：{reason}。",
            f"The secret's file {path} cannot be read: {reason}.",
        ) from error
    # the libraries put it into a header as it is
    if not 0 < len(text) <= _LONGEST_SECRET or not text.isascii() or not text.isprintable():
        raise ProviderMisset(
            f"密钥文件 {path} 里应当只有一行，就是对方给的密钥。",
            f"The secret's file {path} should hold one line: the secret that the service gave.",
        )
    return text
