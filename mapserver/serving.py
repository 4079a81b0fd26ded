"""The web server around the app: what it logs, how it is encrypted, what a connection may do."""

import ssl
from pathlib import Path

import uvicorn

from mapserver import logs
from mapserver.api.wire import BoundedProtocol
from mapserver.app import create_app
from mapserver.errors import CertificateError
from mapserver.settings import Settings
from mapserver.store.store import Store


def server_for(settings: Settings, store: Store) -> uvicorn.Server:
    """Return the server of `store`, ready to run.

    Raises
    ------
    CertificateError
        If the certificate or its key cannot be used.
    """
    if settings.tls_cert:
        _check(settings.tls_cert, settings.tls_key)
    logs.configure(settings.log_level)
    config = uvicorn.Config(
        create_app(settings, store),
        # uvloop, where somebody has it, gets its turn too late while an import is computing:
        # who watches the import is told nothing of its progress
        loop="asyncio",
        http=BoundedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)


def _check(certificate: Path, key: Path | None) -> None:
    """Refuse a certificate that the server could not use, before it starts to serve."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise CertificateError(
            f"证书 {certificate} 或它的密钥 {key or certificate} 用不了：{reason}。",
            f"The certificate {certificate} or its key {key or certificate} cannot be used: "
            f"{reason}.",
        ) from error
