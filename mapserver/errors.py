"""Every error this package raises on purpose.

MapserverError
+ NotFound              a collection, item, tile, import or page that does not exist
+ InvalidRequest        the caller sent something that cannot be read
+ RequestTooLarge       the body is larger than what this address takes
+ NotAllowed            the caller's appointments do not give what was asked for
+ Conflict              the thing changed, or is not in a state that allows this
+ LayerFileError        a file in layers/ that cannot be used
+ SpreadsheetError      a file that cannot be read as a spreadsheet
  + NotASpreadsheet       another kind of file
  + SpreadsheetEncrypted  protected by a password
  + SpreadsheetDamaged    cut short or broken
  + SpreadsheetTooLarge   unpacks to more than the limits, or has too many rows
  + HeaderNotFound        no row holds the headings of the layer
+ StoreError            the store cannot be opened or written
  + StoreBusy             another process holds it
  + StoreFull             no space is left
  + StoreNewer            written by a later version of this program
  + MigrationRefused      the layer files would lose data
+ CertificateError      the certificate or its key cannot be used
+ KeyFileError          the key file is missing, readable by others, or another store's
+ BrokenChain           the record of events has been altered

An error knows nothing of HTTP: `api/problems.py` maps classes to statuses.
Its text is for people and in both languages; `code` is for programs and never changes.
"""

from typing import ClassVar


class MapserverError(Exception):
    """Base class: a stable `code`, a sentence in Chinese and in English, and details.

    Parameters
    ----------
    zh, en : str
        What happened, where, and what to do.
    **details
        Values a program can use, all JSON serialisable; never personal data.
    """

    code: ClassVar[str] = "error"

    def __init__(self, zh: str, en: str, **details: object) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.details = details

    def text(self, language: str) -> str:
        """Return the sentence in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh


class NotFound(MapserverError):
    """A collection, item, tile, import or page that does not exist."""

    code = "not-found"


class InvalidRequest(MapserverError):
    """The caller sent something that cannot be read; the text names the parameter."""

    code = "invalid-request"


class RequestTooLarge(MapserverError):
    """The body is larger than what this address takes."""

    code = "request-too-large"


class NotAllowed(MapserverError):
    """The caller's appointments do not give what was asked for."""

    code = "not-allowed"


class Conflict(MapserverError):
    """The thing changed meanwhile, or its state does not allow this."""

    code = "conflict"


class LayerFileError(MapserverError):
    """A file in layers/ cannot be used; the text names the file, the line and the key."""

    code = "bad-layer-file"


class SpreadsheetError(MapserverError):
    """A file cannot be read as a spreadsheet."""

    code = "bad-spreadsheet"


class NotASpreadsheet(SpreadsheetError):
    """The file is of another kind."""

    code = "not-a-spreadsheet"


class SpreadsheetEncrypted(SpreadsheetError):
    """The file is protected by a password."""

    code = "spreadsheet-encrypted"


class SpreadsheetDamaged(SpreadsheetError):
    """The file is cut short or broken."""

    code = "spreadsheet-damaged"


class SpreadsheetTooLarge(SpreadsheetError):
    """The file unpacks to more than the limits, or has too many rows."""

    code = "spreadsheet-too-large"


class HeaderNotFound(SpreadsheetError):
    """No row holds the headings of the layer; the text names those looked for and the nearest."""

    code = "header-not-found"


class StoreError(MapserverError):
    """The store cannot be opened or written."""

    code = "store-error"


class StoreBusy(StoreError):
    """Another process holds the store."""

    code = "store-busy"


class StoreFull(StoreError):
    """No space is left; nothing was written."""

    code = "store-full"


class StoreNewer(StoreError):
    """The store was written by a later version of this program."""

    code = "store-newer"


class MigrationRefused(StoreError):
    """The layer files would lose data that the store holds."""

    code = "migration-refused"


class CertificateError(MapserverError):
    """The certificate or its key cannot be used; the text names the file."""

    code = "bad-certificate"


class KeyFileError(MapserverError):
    """The key file is missing, readable by others, or belongs to another store."""

    code = "bad-key-file"


class BrokenChain(MapserverError):
    """The record of events has been altered; the text says where."""

    code = "broken-chain"
