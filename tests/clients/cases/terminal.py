"""What a person sees with Profanity, in a terminal."""

from drivers import picture
from drivers.slix import Client, befriend, sessions
from drivers.terminal import Profanity
from registry import PASSWORD, PROFANITY, case
from servers import address


@case(PROFANITY, "login", "subscribe", "chat", seconds=90)
async def profanity_chats_with_slixmpp(server):
    async with sessions(server, "prof-friend") as [friend]:
        server.add("prof-user", PASSWORD)
        with Profanity(server, "prof-user", PASSWORD) as screen:
            await screen.logged_in()
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
            await screen.logged_in()
            screen.types("/mam on")
            screen.types(f"/msg {friend.boundjid.bare}")
            await screen.shows("said long before")
            await screen.shows("answered long before")


@case(PROFANITY, "offline messages", only="folkmoot", seconds=90)
async def profanity_is_given_what_came_meanwhile(server):
    async with sessions(server, "prof-off-friend") as [friend]:
        server.add("prof-off", PASSWORD)
        friend.chat(address("prof-off"), "said while away")
        await friend["xep_0199"].send_ping(friend.boundjid.domain, timeout=10)
        with Profanity(server, "prof-off", PASSWORD) as screen:
            await screen.logged_in()
            screen.types("/win 2")
            await screen.shows("said while away")


@case(PROFANITY, "carbons", seconds=90)
async def profanity_gets_carbons(server):
    async with sessions(server, "prof-cc/phone", "prof-cc-friend") as [phone, friend]:
        with Profanity(server, "prof-cc", PASSWORD) as screen:
            await screen.logged_in()
            screen.types("/carbons on")
            screen.types(f"/msg {friend.boundjid.bare}")
            screen.types("from the terminal")
            await phone.expect("carbon_sent", lambda copy: copy["carbon_sent"]["body"] == "from the terminal")
            friend.chat(phone.boundjid, "to the phone")
            await screen.shows("to the phone")
            phone.chat(friend.boundjid.bare, "from the phone")
            await screen.shows("from the phone")


@case(PROFANITY, "avatar", only="folkmoot", seconds=90)
async def profanity_and_a_friend_see_each_others_avatars(server):
    async with sessions(server, "prof-avatar/phone", "prof-avatar-friend") as [phone, friend]:
        await befriend(phone, friend)
        await friend.set_avatar(picture.png(70))
        with Profanity(server, "prof-avatar", PASSWORD) as screen:
            await screen.logged_in()
            screen.types(f"/avatar get {friend.boundjid.bare}")
            await screen.shows("Avatar saved as")
            [saved] = (screen.home / "data" / "profanity" / "avatars").iterdir()
            assert saved.read_bytes() == picture.png(70), saved
            own = screen.home / "own.png"
            own.write_bytes(picture.png(80))
            screen.types(f"/avatar set {own}")
            await screen.shows("Avatar updated successfully")
            assert (await friend.see_avatar(address("prof-avatar"))).startswith(b"\x89PNG")


@case(PROFANITY, "blocking", only="folkmoot", seconds=90)
async def profanity_blocks(server):
    async with sessions(server, "prof-block/phone", "prof-block-pest") as [phone, pest]:
        with Profanity(server, "prof-block", PASSWORD) as screen:
            await screen.logged_in()
            await phone["xep_0191"].get_blocked()
            screen.types(f"/blocked report-spam {pest.boundjid.bare} sells things")
            await phone.expect("blocked")
            pest.chat(address("prof-block"), "buy this")
            refused = await pest.expect("message_error")
            assert refused["error"]["condition"] == "service-unavailable", refused
            screen.types("/blocked")
            await screen.shows("prof-block-pest@")
            screen.types(f"/blocked remove {pest.boundjid.bare}")
            await phone.expect("unblocked")
            pest.chat(address("prof-block"), "sorry")
            await phone.expect_message("sorry")


@case(PROFANITY, "bookmarks", only="folkmoot", seconds=90)
async def profanity_shares_bookmarks(server):
    async with sessions(server, "prof-marks/phone") as [phone]:
        await phone.set_bookmark("room@rooms.example", "A room")
        with Profanity(server, "prof-marks", PASSWORD) as screen:
            await screen.logged_in()
            # Profanity knows only the oldest way (XEP-0049); the phone knows only the newest (XEP-0402).
            screen.types("/bookmark list")
            await screen.shows("room@rooms.example")
            screen.types("/bookmark add other@rooms.example nick me")
            await phone.expect("bookmark_publish", lambda message: "other@rooms.example" in str(message))
            assert set(await phone.bookmarks()) == {"room@rooms.example", "other@rooms.example"}
