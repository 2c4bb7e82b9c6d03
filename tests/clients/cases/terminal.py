"""What a person sees with Profanity, in a terminal."""

from drivers.slix import Client, sessions
from drivers.terminal import Profanity
from registry import PASSWORD, PROFANITY, case
from servers import address


@case(PROFANITY, "login", "subscribe", "chat", seconds=90)
async def profanity_chats_with_slixmpp(server):
    async with sessions(server, "prof-friend") as [friend]:
        server.add("prof-user", PASSWORD)
        with Profanity(server, "prof-user", PASSWORD) as screen:
            await screen.shows("logged in successfully")
            screen.types(f"/sub request {friend.boundjid.bare}")
            await friend.expect("presence_subscribe", lambda stanza: stanza["from"].bare == address("prof-user"))
            friend.send_presence_subscription(pto=address("prof-user"), ptype="subscribed")
            friend.send_presence_subscription(pto=address("prof-user"))
            await screen.shows("prof-friend")
            screen.types(f"/sub allow {friend.boundjid.bare}")
            await friend.expect("presence_subscribed")
            await friend.expect("presence_available", lambda stanza: stanza["from"].bare == address("prof-user"))
            screen.types("/roster")
            await screen.shows(f"{friend.boundjid.bare}")
            screen.types(f"/msg {friend.boundjid.bare} hello from the terminal")
            got = await friend.expect_message("hello from the terminal")
            friend.chat(got["from"], "hello from the library")
            await screen.shows("hello from the library")
            assert "prof-friend" in screen.text(), screen.text()


@case(PROFANITY, "archive catch-up", seconds=90)
async def profanity_shows_history_from_the_archive(server):
    async with sessions(server, "hist-friend") as [friend]:
        server.add("hist-user", PASSWORD)
        other = await Client(server, "hist-user", PASSWORD, "before").login()
        friend.chat(other.boundjid.bare, "said long before")
        await other.expect_message("said long before")
        other.chat(friend.boundjid.bare, "answered long before")
        await friend.expect_message("answered long before")
        await other.leave()
        with Profanity(server, "hist-user", PASSWORD) as screen:
            await screen.shows("logged in successfully")
            screen.types("/mam on")
            screen.types(f"/msg {friend.boundjid.bare}")
            await screen.shows("said long before")
            await screen.shows("answered long before")
