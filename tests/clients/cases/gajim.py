"""What a person with Gajim sees: its library, nbxmpp, with a friend who has slixmpp."""

from nbxmpp.modules.user_avatar import Avatar
from nbxmpp.protocol import JID
from nbxmpp.structs import BookmarkData

from drivers import picture
from drivers.gajim import Gajim, fingerprint
from drivers.slix import Client, befriend, sessions
from registry import NBXMPP, PASSWORD, case
from servers import address


@case(NBXMPP, "login")
async def gajim_logs_in(server):
    server.add("gajim-login", PASSWORD)
    async with Gajim(server, "gajim-login") as gajim:
        await gajim.login()
        assert gajim.jid == f"{address('gajim-login')}/gajim", gajim.jid
        assert gajim.client.sm_supported and gajim.client.resumeable
    async with Gajim(server, "gajim-login", password="not the password") as gajim:
        condition = await gajim.login_fails()
        assert condition == "not-authorized", condition


@case(NBXMPP, "subscribe")
async def gajim_and_a_friend_subscribe(server):
    async with sessions(server, "gajim-sub-friend") as [friend]:
        server.add("gajim-sub", PASSWORD)
        own = address("gajim-sub")
        async with Gajim(server, "gajim-sub") as gajim:
            await gajim.login()
            await gajim.ask("Roster", "set_item", JID.from_string(friend.boundjid.bare), "A friend", {"Friends"})
            gajim.presence("subscribe", friend.boundjid.bare)
            await friend.expect("presence_subscribe", lambda stanza: stanza["from"].bare == own)
            friend.send_presence_subscription(pto=own, ptype="subscribed")
            await gajim.expect("presence", lambda presence: str(presence.jid) == friend.boundjid.full)
            friend.send_presence_subscription(pto=own)
            await gajim.expect("presence", lambda presence: presence.type.value == "subscribe")
            gajim.presence("subscribed", friend.boundjid.bare)
            await friend.expect("presence_available", lambda stanza: stanza["from"] == gajim.jid)
            roster = await gajim.ask("Roster", "request_roster")
            [item] = roster.items
            assert (str(item.jid), item.name, item.groups) == (friend.boundjid.bare, "A friend", {"Friends"}), item
            assert item.subscription == "both", item


@case(NBXMPP, "chat")
async def gajim_chats(server):
    async with sessions(server, "gajim-chat-friend") as [friend]:
        server.add("gajim-chat", PASSWORD)
        async with Gajim(server, "gajim-chat") as gajim:
            await gajim.login()
            gajim.chat(friend.boundjid.bare, "Hello <friend> & ☃")
            got = await friend.expect_message("Hello <friend> & ☃")
            friend.chat(got["from"], "Hello Gajim")
            back = await gajim.expect_message("Hello Gajim")
            assert str(back.jid) == friend.boundjid.full, back


@case(NBXMPP, "carbons")
async def gajim_gets_carbons(server):
    async with sessions(server, "gajim-cc/phone", "gajim-cc-friend") as [phone, friend]:
        async with Gajim(server, "gajim-cc") as gajim:
            await gajim.login()
            friend.chat(phone.boundjid, "to the phone")
            received = await gajim.expect_message("to the phone")
            assert received.is_received_carbon, received
            phone.chat(friend.boundjid.bare, "from the phone")
            sent = await gajim.expect_message("from the phone")
            assert sent.is_sent_carbon, sent
            gajim.chat(friend.boundjid.bare, "from Gajim")
            copy = await phone.expect("carbon_sent")
            assert copy["carbon_sent"]["body"] == "from Gajim", copy


@case(NBXMPP, "archive catch-up")
async def gajim_catches_up(server):
    async with sessions(server, "gajim-mam-friend") as [friend]:
        server.add("gajim-mam", PASSWORD)
        async with Gajim(server, "gajim-mam") as gajim:
            await gajim.login()
            friend.chat(gajim.jid, "seen")
            seen = await gajim.expect_message("seen")
            last = seen.stanza_ids[0].id
        away = [f"while you were away {number}" for number in range(5)]
        for body in away:
            friend.chat(address("gajim-mam"), body)
        await friend["xep_0199"].send_ping(friend.boundjid.domain, timeout=10)
        async with Gajim(server, "gajim-mam", "later") as gajim:
            await gajim.login()
            found = await gajim.archive(after=last)
            assert [message.body for message in found] == away, found
            whole = await gajim.archive()
            assert [message.body for message in whole] == ["seen", *away], whole
            assert whole[0].mam.id == last, "the id on the message is not the archive's"


@case(NBXMPP, "offline messages", only="folkmoot")
async def gajim_is_given_what_came_meanwhile(server):
    async with sessions(server, "gajim-off-friend") as [friend]:
        server.add("gajim-off", PASSWORD)
        friend.chat(address("gajim-off"), "said while away")
        await friend["xep_0199"].send_ping(friend.boundjid.domain, timeout=10)
        async with Gajim(server, "gajim-off") as gajim:
            await gajim.login()
            message = await gajim.expect_message("said while away")
            assert message.user_timestamp is None and message.timestamp, "when it was said is the server's to say"


@case(NBXMPP, "resumption")
async def gajim_comes_back_to_its_session(server):
    async with sessions(server, "gajim-sm-friend") as [friend]:
        server.add("gajim-sm", PASSWORD)
        async with Gajim(server, "gajim-sm") as gajim:
            await gajim.login()
            first = gajim.jid
            gajim.client.disconnect(immediate=True)
            await gajim.expect("disconnected")
            friend.chat(first, "said while away")
            gajim.client.connect()
            await gajim.expect("resume-successful")
            assert gajim.jid == first, gajim.jid
            await gajim.expect_message("said while away")
            gajim.chat(friend.boundjid.bare, "back again")
            again = await friend.expect_message("back again")
            assert again["from"] == first, again


@case(NBXMPP, "avatar")
async def gajim_and_a_friend_see_each_others_avatars(server):
    async with sessions(server, "gajim-avatar/phone", "gajim-avatar-friend") as [phone, friend]:
        await befriend(phone, friend)
        async with Gajim(server, "gajim-avatar") as gajim:
            await gajim.login()
            await friend.set_avatar(picture.png(10))
            event = await gajim.expect("message", lambda message: is_avatar_of(message, friend.boundjid.bare))
            shown = event.pubsub_event.data.default
            assert shown == fingerprint(picture.png(10)), event
            data = await gajim.ask("UserAvatar", "request_avatar_data", shown, jid=event.jid)
            assert data.data == picture.png(10)
            own = Avatar()
            own.add_image_source(picture.png(20), "image/png", picture.SIDE, picture.SIDE)
            await gajim.ask("UserAvatar", "set_avatar", own)
            assert await friend.see_avatar(address("gajim-avatar")) == picture.png(20)


def is_avatar_of(message, bare):
    """Whether a message tells of an avatar of this account."""
    event = message.pubsub_event
    return event is not None and event.node == "urn:xmpp:avatar:metadata" and str(message.jid.bare) == bare


@case(NBXMPP, "blocking")
async def gajim_blocks(server):
    async with sessions(server, "gajim-block/phone", "gajim-block-pest") as [phone, pest]:
        async with Gajim(server, "gajim-block") as gajim:
            await gajim.login()
            # Who asked for the list is told of changes.
            await phone["xep_0191"].get_blocked()
            await gajim.ask("Blocking", "block", [JID.from_string(pest.boundjid.bare)], report="spam")
            await phone.expect("blocked")
            listed = await gajim.ask("Blocking", "request_blocking_list")
            assert {str(jid) for jid in listed} == {pest.boundjid.bare}, listed
            pest.chat(gajim.jid, "buy this")
            refused = await pest.expect("message_error")
            assert refused["error"]["condition"] == "service-unavailable", refused
            await gajim.ask("Blocking", "unblock", [JID.from_string(pest.boundjid.bare)])
            pest.chat(gajim.jid, "sorry")
            await gajim.expect_message("sorry")
            assert not [what for event, what in gajim.seen if event == "message" and what.body == "buy this"]


@case(NBXMPP, "account removal", only="folkmoot")
async def gajim_removes_its_account(server):
    server.add("gajim-gone", PASSWORD)
    async with Gajim(server, "gajim-gone") as gajim:
        await gajim.login()
        await gajim.ask("Register", "unregister")
        await gajim.expect("disconnected")
    condition = await Client(server, "gajim-gone", PASSWORD).login_fails()
    assert condition == "not-authorized", condition


@case(NBXMPP, "bookmarks")
async def gajim_shares_bookmarks(server):
    async with sessions(server, "gajim-marks/phone") as [phone]:
        async with Gajim(server, "gajim-marks") as gajim:
            await gajim.login()
            await phone.set_bookmark("room@rooms.example", "A room")
            await gajim.expect("message", lambda message: bookmark_in(message) == "A room")
            another = BookmarkData(JID.from_string("other@rooms.example"), name="Another")
            await gajim.ask("NativeBookmarks", "store_bookmarks", [another])
            await phone.expect("bookmark_publish", lambda message: "other@rooms.example" in str(message))
            listed = await gajim.ask("NativeBookmarks", "request_bookmarks")
            assert {str(mark.jid): mark.name for mark in listed} == await phone.bookmarks(), listed


def bookmark_in(message):
    """The name of the bookmark that a message tells of, if it does."""
    event = message.pubsub_event
    return event.data.name if event is not None and event.node == "urn:xmpp:bookmarks:1" else None
