"""What two people with slixmpp see of each other."""

import servers
from drivers import picture
from drivers.slix import Client, befriend, sessions
from registry import PASSWORD, SLIXMPP, case
from servers import address


@case(SLIXMPP, "subscribe")
async def two_people_subscribe_to_each_other(server):
    async with sessions(server, "sub-alice", "sub-bob") as [alice, bob]:
        await befriend(alice, bob)
        await alice.get_roster()
        assert alice.client_roster[bob.boundjid.bare]["subscription"] == "both"
        bob.send_presence(pshow="away", pstatus="lunch")
        away = await alice.expect("presence_available", lambda stanza: stanza["show"] == "away")
        assert away["from"] == bob.boundjid and away["status"] == "lunch"
        await bob.leave()
        await alice.expect("presence_unavailable", lambda stanza: stanza["from"] == bob.boundjid)
        bob = await Client(server, "sub-bob", PASSWORD).login()
        await alice.expect("presence_available", lambda stanza: stanza["from"] == bob.boundjid)
        await bob.expect("presence_available", lambda stanza: stanza["from"] == alice.boundjid)
        await bob.leave()


@case(SLIXMPP, "chat")
async def two_people_chat(server):
    async with sessions(server, "chat-alice", "chat-bob") as [alice, bob]:
        sent = alice.chat(bob.boundjid.bare, "Hello <Bob> & \u2603 \U0001f600")
        got = await bob.expect_message("Hello <Bob> & \u2603 \U0001f600")
        assert got["id"] == sent and got["type"] == "chat" and got["from"] == alice.boundjid, str(got)
        bob.chat(got["from"], "Hello Alice")
        back = await alice.expect_message("Hello Alice")
        assert back["from"] == bob.boundjid, str(back)
        for number in range(50):
            alice.chat(bob.boundjid, f"number {number}")
        await bob.expect_message("number 49")
        assert bob.bodies() == [f"number {number}" for number in range(49)], bob.bodies()


@case(SLIXMPP, "archive catch-up")
async def messages_to_one_who_is_away_wait_in_the_archive(server):
    async with sessions(server, "mam-alice", "mam-bob") as [alice, bob]:
        bob.chat(alice.boundjid.bare, "before")
        await alice.expect_message("before")
        alice.chat(bob.boundjid.bare, "seen")
        await bob.expect_message("seen")
        before = await alice.archive()
        assert [stanza["body"] for _, stanza in before] == ["before", "seen"], before
        await alice.leave()
        sent = [f"while you were away {number}" for number in range(5)]
        for body in sent:
            bob.chat(alice.boundjid.bare, body)
        # The answer to a ping comes after the messages were taken.
        await bob["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
        alice = await Client(server, "mam-alice", PASSWORD, "later").login()
        found = await alice.archive()
        assert [stanza["body"] for _, stanza in found] == ["before", "seen"] + sent, found
        assert [number for number, _ in found[:2]] == [number for number, _ in before], "the ids changed"
        assert len({number for number, _ in found}) == len(found), "two entries with one id"
        assert all(stanza["from"].bare == bob.boundjid.bare for _, stanza in found[2:]), found
        back = [stanza["body"] for _, stanza in await alice.archive(reverse=True)]
        assert back == (["before", "seen"] + sent)[::-1], back
        with_other = await alice.archive(with_jid=address("somebody-else"))
        assert with_other == [], with_other
        assert len(await bob.archive(with_jid=alice.boundjid.bare)) == 7
        await alice.leave()


@case(SLIXMPP, "offline messages", only="folkmoot")
async def messages_wait_for_one_who_asks_no_archive(server):
    async with sessions(server, "off-bob") as [bob]:
        server.add("off-alice", PASSWORD)
        sent = [f"while you were away {number}" for number in range(5)]
        for body in sent:
            bob.chat(address("off-alice"), body)
        await bob["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
        alice = await Client(server, "off-alice", PASSWORD).login()
        last = await alice.expect_message(sent[-1])
        assert last["delay"]["stamp"], last
        assert alice.bodies() == sent[:-1], alice.bodies()
        await alice.leave()
        alice = await Client(server, "off-alice", PASSWORD).login()
        await alice.quiet("message")
        await alice.leave()


@case(SLIXMPP, "carbons")
async def another_session_gets_carbons(server):
    async with sessions(server, "cc-alice/phone", "cc-alice/desktop", "cc-bob") as [phone, desktop, bob]:
        bob.chat(phone.boundjid, "to the phone")
        got = await phone.expect_message("to the phone")
        copy = await desktop.expect("carbon_received")
        inner = copy["carbon_received"]
        assert inner["body"] == "to the phone" and inner["id"] == got["id"], str(copy)
        assert copy["from"] == phone.boundjid.bare, f"a carbon must come from one's own account: {copy}"
        phone.chat(bob.boundjid.bare, "from the phone")
        await bob.expect_message("from the phone")
        copy = await desktop.expect("carbon_sent")
        assert copy["carbon_sent"]["body"] == "from the phone", str(copy)
        assert copy["carbon_sent"]["to"] == bob.boundjid.bare, str(copy)
        await phone.quiet("carbon_sent")
        await desktop["xep_0280"].disable()
        phone.chat(bob.boundjid.bare, "not copied")
        await bob.expect_message("not copied")
        await desktop.quiet("carbon_sent")


@case(SLIXMPP, "avatar")
async def two_people_see_each_others_avatars(server):
    async with sessions(server, "avatar-alice", "avatar-bob") as [alice, bob]:
        await befriend(alice, bob)
        await alice.set_avatar(picture.png(90))
        assert await bob.see_avatar(alice.boundjid.bare) == picture.png(90)
        await bob.leave()
        await alice.set_avatar(picture.png(100))
        # Who comes later is told of the last one.
        bob = await Client(server, "avatar-bob", PASSWORD, "later").login()
        assert await bob.see_avatar(alice.boundjid.bare) == picture.png(100)
        await bob.leave()


@case(SLIXMPP, "blocking", only="folkmoot")
async def one_is_blocked_and_sees_nothing_more(server):
    async with sessions(server, "block-alice/phone", "block-alice/desktop", "block-pest") as [phone, desktop, pest]:
        await befriend(phone, pest)
        await desktop["xep_0191"].get_blocked()
        await phone["xep_0191"].block(pest.boundjid.bare)
        await desktop.expect("blocked")
        assert await desktop["xep_0191"].get_blocked_jids() == {pest.boundjid.bare}
        await pest.expect("presence_unavailable", lambda stanza: stanza["from"] == phone.boundjid)
        pest.chat(phone.boundjid.bare, "buy this")
        refused = await pest.expect("message_error")
        assert refused["error"]["condition"] == "service-unavailable", refused
        phone.chat(pest.boundjid.bare, "why?")
        refused = await phone.expect("message_error")
        assert refused["error"]["condition"] == "not-acceptable", refused
        await phone["xep_0191"].unblock(pest.boundjid.bare)
        await pest.expect("presence_available", lambda stanza: stanza["from"] == phone.boundjid)
        assert not phone.bodies() and not await phone.archive(), "what was blocked came after all"


@case(SLIXMPP, "bookmarks")
async def bookmarks_follow_to_another_device(server):
    async with sessions(server, "marks/phone", "marks/desktop") as [phone, desktop]:
        await phone.set_bookmark("room@rooms.example", "A room")
        told = await desktop.expect("bookmark_publish")
        item = told["pubsub_event"]["items"]["item"]
        assert item["id"] == "room@rooms.example" and item["conference"]["name"] == "A room", told
        await phone.set_bookmark("other@rooms.example", "Another")
        assert await desktop.bookmarks() == {"room@rooms.example": "A room", "other@rooms.example": "Another"}
