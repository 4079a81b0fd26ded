"""Every error this package raises on purpose.

MapserverError
+ NotFound              a collection, item, tile, import or page that does not exist
+ InvalidRequest        the caller sent something that cannot be read
+ NotAllowed            the caller's appointments do not give what was asked for
+ ActRefused            an act on boundaries that cannot be: which grid, and where
+ RequestTooLarge       the body is larger than what this address takes
+ Conflict              the thing changed, or is not in a state that allows this
+ SignInRefused         the name, the password or the code is wrong; which is not told
  + NotLinked             another service vouches for somebody whom no account is linked to
  + SignInStale           it was begun too long ago, in another browser, or is over
  + ProviderRefused       the other service refused, or its answer is not to be believed
+ ProviderUnreachable   the other service does not answer, or not as it should
+ ProviderMisset        what the other service needs of this machine is missing
+ CodeNeeded            the password is right, and the second factor is still to come
+ NotConfirmed          the password or code that was to confirm a change is wrong
+ TooManyTries          too much was tried; the details say how long to wait
+ WeakPassword          a new password that is too short, or among the first to be tried
+ SignInNeeded          nobody is named who may see this
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
  + StoreReadOnly         the disk takes no writes
  + StoreUnreachable      the database does not answer
  + StoreNewer            written by a later version of this program
  + MigrationRefused      the layer files would lose data
  + SecretDamaged         a sealed value was altered or moved
+ CertificateError      the certificate or its key cannot be used
+ KeyFileError          the key file is missing, readable by others, or another store's
+ BrokenChain           the record of events has been altered
+ TooManyOpenings       somebody opened more secrets than anybody needs at a time
+ BackupError           a backup cannot be made, kept or put back
  + BackupDamaged         another secret than it was sealed with, or changed, or cut short

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


class NotAllowed(MapserverError):
    """The caller's appointments do not give what was asked for."""

    code = "not-allowed"


class ActRefused(MapserverError):
    """An act on boundaries cannot be; `details` may say `grid` and `at`, where on the map."""

    code = "act-refused"


class RequestTooLarge(MapserverError):
    """The body is larger than what this address takes."""

    code = "request-too-large"


class Conflict(MapserverError):
    """The thing changed meanwhile, or its state does not allow this."""

    code = "conflict"


class SignInRefused(MapserverError):
    """The name, the password or the code is wrong; the text is the same for all three."""

    code = "sign-in-refused"


class NotLinked(SignInRefused):
    """Another service vouches for somebody, and no open account is linked to them."""

    code = "not-linked"


class SignInStale(SignInRefused):
    """What comes back from another service was not begun here, not lately, or came before."""

    code = "sign-in-stale"


class ProviderRefused(SignInRefused):
    """Another service does not vouch for somebody, or in no way that can be believed."""

    code = "provider-refused"


class ProviderUnreachable(MapserverError):
    """The service that people sign in by does not answer, or not as it should."""

    code = "provider-unreachable"


class ProviderMisset(MapserverError):
    """The secret's file or a library is missing; the text says what to do."""

    code = "provider-misset"


class CodeNeeded(MapserverError):
    """The password is right, and the account has a second factor: ask for its code."""

    code = "code-needed"


class NotConfirmed(MapserverError):
    """The password or code that was to confirm a change is wrong; nothing was changed."""

    code = "not-confirmed"


class TooManyTries(MapserverError):
    """Too much was tried; `details["retry_after_s"]` says how long to wait."""

    code = "too-many-tries"


class WeakPassword(MapserverError):
    """A new password is too short, too long, or among those that are tried first."""

    code = "weak-password"


class SignInNeeded(MapserverError):
    """Nobody is named who may see this: not signed in, or no longer."""

    code = "sign-in-needed"


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


class StoreReadOnly(StoreError):
    """The disk, or the folder on it, takes no writes; nothing was written."""

    code = "store-read-only"


class StoreUnreachable(StoreError):
    """The database does not answer, or was shut down; nothing was written."""

    code = "store-unreachable"


class StoreNewer(StoreError):
    """The store was written by a later version of this program."""

    code = "store-newer"


class MigrationRefused(StoreError):
    """The layer files would lose data that the store holds."""

    code = "migration-refused"


class SecretDamaged(StoreError):
    """A sealed value was altered, or lies in another place than its own."""

    code = "secret-damaged"


class CertificateError(MapserverError):
    """The certificate or its key cannot be used; the text names the file."""

    code = "bad-certificate"


class KeyFileError(MapserverError):
    """The key file is missing, readable by others, or belongs to another store."""

    code = "bad-key-file"


class BrokenChain(MapserverError):
    """The record of events has been altered; the text says where."""

    code = "broken-chain"


class TooManyOpenings(MapserverError):
    """Somebody opened more secrets than anybody needs at a time; details say when to go on."""

    code = "too-many-openings"


class TooManyReads(MapserverError):
    """Somebody read more of a register than their work needs; details say when to go on."""

    code = "too-many-reads"


class BackupError(MapserverError):
    """A backup cannot be made, kept or put back; nothing that was there is lost."""

    code = "backup-failed"


class BackupDamaged(BackupError):
    """The backup is sealed with another secret, or was changed or cut short."""

    code = "backup-damaged"
