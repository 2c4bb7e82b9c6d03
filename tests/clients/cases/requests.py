"""A stream over requests (BOSH)."""

import asyncio

from drivers import bosh
from drivers.slix import sessions
from registry import BY_HAND, PASSWORD, case
from servers import address


@case(BY_HAND, only="folkmoot")
async def a_stream_over_requests(server):
    async with sessions(server, "bosh-friend") as [friend]:
        server.add("bosh-user", PASSWORD)
        session = bosh.Session(server)
        own = await asyncio.to_thread(session.log_in, "bosh-user", PASSWORD)
        assert own.startswith(address("bosh-user")), own
        message = f"<message xmlns='jabber:client' to='{friend.boundjid.bare}' type='chat'><body>by post</body></message>"
        await asyncio.to_thread(session.send, "<presence xmlns='jabber:client'/>" + message)
        got = await friend.expect_message("by post")
        assert got["from"] == own, got["from"]
        friend.chat(own, "by return of post")
        await asyncio.to_thread(session.receive, "<body>by return of post</body>")
        # A request whose answer was lost is answered alike.
        assert await asyncio.to_thread(session.repeat) == session.last
        await asyncio.to_thread(session.receive_nothing)
        assert "type='terminate'" in await asyncio.to_thread(session.end)
        assert "condition='item-not-found'" in await asyncio.to_thread(session.send, "")
