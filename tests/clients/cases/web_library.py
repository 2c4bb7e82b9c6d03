"""What a web page does that is written with @xmpp/client, with a friend who has slixmpp."""

import base64
import hashlib

from drivers import picture
from drivers.slix import Client, befriend, sessions
from drivers.web_library import Page, bodies
from registry import PASSWORD, WEB_LIBRARY, case
from servers import address


@case(WEB_LIBRARY, "login", "login with a token", only="folkmoot")
async def a_page_logs_in_and_then_with_a_token(server):
    server.add("web-login", PASSWORD)
    async with Page(server, "web-login") as page:
        await page.login()
        assert page.jid.startswith(f"{address('web-login')}/browser"), page.jid
        assert (await page.expect("mechanism")).startswith("SCRAM-")
        page.tell("leave")
        await page.expect("status", lambda status: status == "offline")
        await page.login()
        assert (await page.expect("mechanism")) == "HT-SHA-256-NONE"
        await page.leave()
    async with Page(server, "web-login", "not the password") as page:
        page.tell("start")
        assert "not-authorized" in await page.expect("error")


@case(WEB_LIBRARY, "subscribe", only="folkmoot")
async def a_page_and_a_friend_subscribe(server):
    async with sessions(server, "web-sub-friend") as [friend]:
        server.add("web-sub", PASSWORD)
        own, bare = address("web-sub"), friend.boundjid.bare
        async with Page(server, "web-sub") as page:
            await page.login()
            await page.ask("set", f"<query xmlns='jabber:iq:roster'><item jid='{bare}' name='A friend'/></query>")
            page.presence("subscribe", bare)
            await friend.expect("presence_subscribe", lambda stanza: stanza["from"].bare == own)
            friend.send_presence_subscription(pto=own, ptype="subscribed")
            await page.expect("presence", lambda presence: presence.get("from") == friend.boundjid.full)
            friend.send_presence_subscription(pto=own)
            await page.expect("presence", lambda presence: presence.get("type") == "subscribe")
            page.presence("subscribed", bare)
            await friend.expect("presence_available", lambda stanza: stanza["from"] == page.jid)
            roster = await page.ask("get", "<query xmlns='jabber:iq:roster'/>")
            [item] = roster.iter("{jabber:iq:roster}item")
            assert item.attrib == {"jid": bare, "name": "A friend", "subscription": "both"}, item.attrib


@case(WEB_LIBRARY, "chat", "resumption", only="folkmoot")
async def a_page_chats_and_comes_back_to_its_session(server):
    async with sessions(server, "web-chat-friend") as [friend]:
        server.add("web-chat", PASSWORD)
        async with Page(server, "web-chat") as page:
            await page.login()
            page.chat(friend.boundjid.bare, "hello from the web, <friend>")
            got = await friend.expect_message("hello from the web, <friend>")
            friend.chat(got["from"], "hello from the library")
            await page.expect_message("hello from the library")
            page.tell("drop")
            await page.expect("status", lambda status: status == "disconnect")
            friend.chat(got["from"], "said while away")
            await page.expect_message("said while away")
            await page.expect("resumed")
            page.chat(friend.boundjid.bare, "back again")
            again = await friend.expect_message("back again")
            assert again["from"] == got["from"], "it is the same session"
            await page.leave()


@case(WEB_LIBRARY, "carbons", only="folkmoot")
async def a_page_gets_carbons(server):
    async with sessions(server, "web-cc/phone", "web-cc-friend") as [phone, friend]:
        async with Page(server, "web-cc") as page:
            await page.login()
            friend.chat(phone.boundjid, "to the phone")
            received = await page.expect_message("to the phone")
            assert received.find("{urn:xmpp:carbons:2}received") is not None
            phone.chat(friend.boundjid.bare, "from the phone")
            sent = await page.expect_message("from the phone")
            assert sent.find("{urn:xmpp:carbons:2}sent") is not None
            page.chat(friend.boundjid.bare, "from the page")
            copy = await phone.expect("carbon_sent")
            assert copy["carbon_sent"]["body"] == "from the page", copy


@case(WEB_LIBRARY, "archive catch-up", only="folkmoot")
async def a_page_catches_up(server):
    async with sessions(server, "web-mam/phone", "web-mam-friend") as [phone, friend]:
        said = [f"said while away {number}" for number in range(5)]
        for body in said:
            friend.chat(phone.boundjid.bare, body)
        await phone.expect_message(said[-1])
        async with Page(server, "web-mam") as page:
            await page.login()
            found, after = [], ""
            while True:
                page_of = f"<set xmlns='http://jabber.org/protocol/rsm'><max>2</max>{after}</set>"
                answer = await page.ask("set", f"<query xmlns='urn:xmpp:mam:2'>{page_of}</query>")
                results = [what for event, what in page.seen if event == "message" and
                           what.find("{urn:xmpp:mam:2}result") is not None]
                page.seen.clear()
                found += [body for result in results for body in bodies(result)]
                [fin] = answer.iter("{urn:xmpp:mam:2}fin")
                if fin.get("complete") == "true":
                    break
                after = f"<after>{fin.find('.//{http://jabber.org/protocol/rsm}last').text}</after>"
            assert found == said, found


@case(WEB_LIBRARY, "avatar", only="folkmoot")
async def a_page_and_a_friend_see_each_others_avatars(server):
    async with sessions(server, "web-avatar/phone", "web-avatar-friend") as [phone, friend]:
        await befriend(phone, friend)
        async with Page(server, "web-avatar") as page:
            await page.login()
            await friend.set_avatar(picture.png(50))
            name = hashlib.sha1(picture.png(50)).hexdigest()
            items = f"<items node='urn:xmpp:avatar:data'><item id='{name}'/></items>"
            got = await page.ask("get", pubsub(items), to=friend.boundjid.bare)
            [data] = got.iter("{urn:xmpp:avatar:data}data")
            assert base64.b64decode(data.text) == picture.png(50)
            own = picture.png(60)
            name = hashlib.sha1(own).hexdigest()
            data = f"<data xmlns='urn:xmpp:avatar:data'>{base64.b64encode(own).decode()}</data>"
            await page.ask("set", publish("urn:xmpp:avatar:data", name, data))
            info = f"<info id='{name}' bytes='{len(own)}' type='image/png'/>"
            metadata = f"<metadata xmlns='urn:xmpp:avatar:metadata'>{info}</metadata>"
            await page.ask("set", publish("urn:xmpp:avatar:metadata", name, metadata))
            assert await friend.see_avatar(address("web-avatar")) == own


def pubsub(content):
    """A request to publish or to read."""
    return f"<pubsub xmlns='http://jabber.org/protocol/pubsub'>{content}</pubsub>"


def publish(node, name, payload):
    """A request to publish an item."""
    return pubsub(f"<publish node='{node}'><item id='{name}'>{payload}</item></publish>")


@case(WEB_LIBRARY, "blocking", only="folkmoot")
async def a_page_blocks(server):
    async with sessions(server, "web-block/phone", "web-block-pest") as [phone, pest]:
        async with Page(server, "web-block") as page:
            await page.login()
            await phone["xep_0191"].get_blocked()
            item = f"<item jid='{pest.boundjid.bare}'/>"
            await page.ask("set", f"<block xmlns='urn:xmpp:blocking'>{item}</block>")
            await phone.expect("blocked")
            pest.chat(page.jid, "buy this")
            refused = await pest.expect("message_error")
            assert refused["error"]["condition"] == "service-unavailable", refused
            await page.ask("set", f"<unblock xmlns='urn:xmpp:blocking'>{item}</unblock>")
            pest.chat(page.jid, "sorry")
            await page.expect_message("sorry")


@case(WEB_LIBRARY, "account removal", only="folkmoot")
async def a_page_removes_its_account(server):
    server.add("web-gone", PASSWORD)
    async with Page(server, "web-gone") as page:
        await page.login()
        await page.ask("set", "<query xmlns='jabber:iq:register'><remove/></query>")
        await page.expect("status", lambda status: status == "disconnect")
    condition = await Client(server, "web-gone", PASSWORD).login_fails()
    assert condition == "not-authorized", condition


@case(WEB_LIBRARY, "push registration", only="folkmoot")
async def a_page_is_woken_by_its_apps_server(server):
    async with sessions(server, "web-push/phone", "web-push-app") as [phone, app]:
        await befriend(phone, app)
        app.serve_app()
        where = f"jid='{app.boundjid.full}' node='a node'"
        async with Page(server, "web-push") as page:
            await page.login()
            await page.ask("set", f"<enable xmlns='urn:xmpp:push:0' {where}/>")
        app.chat(address("web-push"), "wake up")
        pushed = await app.expect("pushed")
        assert pushed["from"] == address("web-push") and "wake up" not in str(pushed), pushed
        async with Page(server, "web-push") as page:
            await page.login()
            await page.ask("set", f"<disable xmlns='urn:xmpp:push:0' {where}/>")
        app.chat(address("web-push"), "sleep on")
        await app.quiet("pushed")


@case(WEB_LIBRARY, "bookmarks", only="folkmoot")
async def a_page_shares_bookmarks(server):
    async with sessions(server, "web-marks/phone") as [phone]:
        await phone.set_bookmark("room@rooms.example", "A room")
        async with Page(server, "web-marks") as page:
            await page.login()
            conference = "<conference xmlns='urn:xmpp:bookmarks:1' name='Another'/>"
            await page.ask("set", publish("urn:xmpp:bookmarks:1", "other@rooms.example", conference))
            listed = await page.ask("get", pubsub("<items node='urn:xmpp:bookmarks:1'/>"))
            names = {mark.get("name") for mark in listed.iter("{urn:xmpp:bookmarks:1}conference")}
            assert names == {"A room", "Another"}, names
            assert await phone.bookmarks() == {"room@rooms.example": "A room", "other@rooms.example": "Another"}


@case(WEB_LIBRARY, "device list and revoke", only="folkmoot")
async def a_page_takes_access_from_a_lost_one(server):
    server.add("web-devices", PASSWORD)
    async with Page(server, "web-devices") as page, Page(server, "web-devices") as lost:
        await lost.login()
        assert (await lost.expect("mechanism")).startswith("SCRAM-")
        lost.tell("leave")
        await lost.expect("status", lambda status: status == "offline")
        await lost.login()
        assert await lost.expect("mechanism") == "HT-SHA-256-NONE"
        [only] = await listed(lost)
        await page.login()
        clients = await listed(page)
        assert len(clients) == 2 and all(client.get("connected") == "true" for client in clients)
        await page.ask("set", f"<revoke xmlns='urn:xmpp:cam:0' id='{only.get('id')}'/>")
        await lost.expect("status", lambda status: status == "disconnect")
        # It tries to come back: the token opens nothing any more, so it uses the password that it still has.
        assert await lost.expect("mechanism") == "HT-SHA-256-NONE"
        assert (await lost.expect("mechanism")).startswith("SCRAM-")


async def listed(page):
    """The clients that have access to the account of a page."""
    answer = await page.ask("get", "<list xmlns='urn:xmpp:cam:0'/>")
    return list(answer.iter("{urn:xmpp:cam:0}client"))
