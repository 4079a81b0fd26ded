"""The door for those whom another service vouches for: out to it, back from it, and in.

What makes no request is done in threads: a store may let a writer wait, and the loop that
waits for the other service is the one that serves the map.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from mapserver.domain.linked import checked_more, identity_of, parted
from mapserver.errors import CodeNeeded, NotLinked, ProviderUnreachable
from mapserver.services import signing_in
from mapserver.services.context import Context
from mapserver.services.kept import Kept
from mapserver.services.oidc import notes, refusing
from mapserver.services.oidc.notes import Arrival, Journey
from mapserver.services.oidc.refusing import Unbelieved, stale
from mapserver.services.oidc.registration import Registration
from mapserver.services.signing_in import NewSession
from mapserver.services.vouched import WAY, WAY_MORE

if TYPE_CHECKING:
    from mapserver.services.oidc.provider import Provider

_MOST_SPENT = 10_000


@dataclass(frozen=True, slots=True, repr=False)
class Returned:
    """What a browser comes back with.

    Parameters
    ----------
    state, code, error, issuer : str, optional
        What the other service wrote into the address (RFC 6749, section 4.1.2; RFC 9207).
    journey : str
        The sealed note that it left with; "" where it has none.
    client : str
        The address it asks from.
    """

    state: str | None
    code: str | None
    error: str | None
    issuer: str | None
    journey: str
    client: str


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What becomes of somebody who came back: a session, or what stands in the way.

    With `fault` there may be an `arrival`: a sealed note of who it is, for a code that is still
    to come, or to tell them by which subject an administrator links them.
    """

    session: NewSession | None = None
    fault: str = ""
    arrival: str = ""


class Door:
    """Sign-in by one other service; the app has one, where the settings name a service."""

    def __init__(self, registration: Registration) -> None:
        self.ours = registration
        # in memory: beside this, a service takes a code once (RFC 6749, section 4.1.2)
        self._spent: Kept[str, bool] = Kept(_MOST_SPENT)

    @cached_property
    def _provider(self) -> Provider:
        # the libraries are loaded when they are needed first
        from mapserver.services.oidc.provider import Provider  # noqa: PLC0415

        return Provider(self.ours)

    async def leave(self, context: Context) -> tuple[str, str]:
        """Return where a browser goes to sign in, and the sealed note that it takes along.

        Raises
        ------
        ProviderUnreachable
            If the service does not answer.
        """
        journey = notes.begun(context.clock())
        address = await self._provider.address_for(journey)
        return address, await asyncio.to_thread(notes.seal, context, journey)

    async def come_back(self, context: Context, returned: Returned) -> Entry:
        """Let in whoever comes back vouched for and is linked to an account.

        Raises
        ------
        SignInRefused
            If the way back is not the end of a way out, or the service does not vouch.
        ProviderUnreachable
            If the service does not answer.
        """
        journey = await asyncio.to_thread(notes.journey, context, returned.journey)
        if journey is None or not self._is_its_end(journey, returned):
            note = partial(refusing.note, context, returned.client, "state", by_anybody=True)
            await asyncio.to_thread(note)
            raise stale()
        try:
            arrival = await self._vouched(context, journey, returned)
        except Unbelieved as error:
            told = (returned.client, error.why, error.word)
            await asyncio.to_thread(refusing.note, context, *told)
            raise
        except ProviderUnreachable:
            await asyncio.to_thread(refusing.note, context, returned.client, "unreachable")
            raise
        return await asyncio.to_thread(self._entry, context, arrival, returned.client)

    def enter(self, context: Context, sealed: str, code: str, client: str) -> NewSession:
        """Let in somebody who was vouched for, with the code of their second factor.

        Raises
        ------
        SignInStale
            If nobody was vouched for in this browser, or too long ago.
        SignInRefused
            If the code is wrong, or no open account is linked any more.
        TooManyTries
            If too many codes were wrong.
        """
        arrival = notes.arrival(context, sealed)
        if arrival is None:
            raise stale()
        return self._enter(context, arrival, client, code)

    def subject_of(self, context: Context, sealed: str) -> str | None:
        """Return as whom the service knows whoever came back in a browser."""
        arrival = notes.arrival(context, sealed)
        return None if arrival is None else parted(arrival.identity)[1]

    def _is_its_end(self, journey: Journey, returned: Returned) -> bool:
        """Whether a browser comes back from where it went, for the first time."""
        given = (returned.state or "").encode()
        if not hmac.compare_digest(journey.state.encode(), given):
            return False
        if self._spent.get(journey.state):
            return False
        self._spent.put(journey.state, True)
        return True

    async def _vouched(self, context: Context, journey: Journey, returned: Returned) -> Arrival:
        if not await self._provider.is_sender(returned.issuer):
            raise Unbelieved("issuer")
        if returned.error is not None:
            raise Unbelieved("error", refusing.word_of(returned.error))
        if not returned.code:
            raise Unbelieved("no-code")
        now = context.clock()
        claims = await self._provider.claims(returned.code, journey, now)
        identity = identity_of(self.ours.issuer, claims["sub"])
        if identity is None:
            raise Unbelieved("subject")
        more = checked_more(
            claims.get("amr"),
            claims.get("acr"),
            accepted_amr=self.ours.amr,
            accepted_acr=self.ours.acr,
        )
        return notes.arrived(identity, now, more=more)

    def _entry(self, context: Context, arrival: Arrival, client: str) -> Entry:
        try:
            return Entry(self._enter(context, arrival, client))
        except (CodeNeeded, NotLinked) as error:
            return Entry(fault=error.code, arrival=notes.seal(context, arrival))

    def _enter(self, context: Context, arrival: Arrival, client: str, code: str = "") -> NewSession:
        how = WAY_MORE if arrival.more else WAY
        return signing_in.sign_in_as(context, arrival.identity, client, how, code)
