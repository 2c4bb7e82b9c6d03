"""What a person sees with Converse, in a browser, with a friend who has slixmpp."""

import asyncio
import base64

from drivers import picture
from drivers.converse import Converse
from drivers.slix import befriend, sessions
from registry import CONVERSE, PASSWORD, case
from servers import address


@case(CONVERSE, "login", only="folkmoot")
async def converse_logs_in(server):
    server.add("conv-login", PASSWORD)
    async with Converse(server, "conv-login") as page:
        await page.log_in("not the password")
        await page.shows("Your XMPP address and/or password is incorrect", within=".feedback-message")
        await page.login()
        await page.shows("I am online")
        assert (await page.run("return own.api.connection.get().jid")).startswith(f"{address('conv-login')}/")


@case(CONVERSE, "subscribe", only="folkmoot")
async def converse_and_friends_subscribe(server):
    async with sessions(server, "conv-sub-asked", "conv-sub-asking") as [asked, asking]:
        server.add("conv-sub", PASSWORD)
        own = address("conv-sub")
        async with Converse(server, "conv-sub") as page:
            await page.login()
            await page.run("await own.api.contacts.add({ jid: given[0], name: 'Asked', groups: ['Friends'] })",
                           asked.boundjid.bare)
            await asked.expect("presence_subscribe", lambda stanza: stanza["from"].bare == own)
            asked.send_presence_subscription(pto=own, ptype="subscribed")
            asked.send_presence_subscription(pto=own)
            # Who was asked first may ask back without another question.
            await asked.expect("presence_available", lambda stanza: stanza["from"].bare == own)
            await page.shows("Friends", within=".roster-group")
            await page.shows("Asked", within=".roster-group .current-xmpp-contact")

            asking.send_presence_subscription(pto=own)
            await page.shows("conv-sub-asking", within=".requesting-xmpp-contact")
            await page.run("document.querySelector('.requesting-xmpp-contact .accept-xmpp-request').click()")
            await page.clicks("converse-accept-contact-request-modal button[type=submit]")
            await asking.expect("presence_subscribed", lambda stanza: stanza["from"].bare == own)
            await asking.expect("presence_available", lambda stanza: stanza["from"].bare == own)


@case(CONVERSE, "chat", only="folkmoot")
async def converse_chats(server):
    async with sessions(server, "conv-chat-friend") as [friend]:
        server.add("conv-chat", PASSWORD)
        async with Converse(server, "conv-chat") as page:
            await page.login()
            await page.open_chat(friend.boundjid.bare)
            await page.say("Hello <friend> & more")
            got = await friend.expect_message("Hello <friend> & more")
            await page.shows("Hello <friend> & more", within=".chat-msg__text")
            friend.chat(got["from"], "Hello Converse \u2603")
            await page.shows("Hello Converse \u2603", within=".chat-msg__text")


@case(CONVERSE, "carbons", only="folkmoot")
async def converse_gets_carbons(server):
    async with sessions(server, "conv-cc/phone", "conv-cc-friend") as [phone, friend]:
        async with Converse(server, "conv-cc") as page:
            await page.login()
            await page.open_chat(friend.boundjid.bare)
            friend.chat(phone.boundjid, "to the phone")
            await page.shows("to the phone", within=".chat-msg__text")
            phone.chat(friend.boundjid.bare, "from the phone")
            await page.shows("from the phone", within=".chat-msg__text")
            await page.say("from the browser")
            # What the page is about (XEP-0085) is copied too.
            await phone.expect("carbon_sent", lambda copy: copy["carbon_sent"]["body"] == "from the browser")


@case(CONVERSE, "archive catch-up", only="folkmoot")
async def converse_catches_up(server):
    async with sessions(server, "conv-mam/phone", "conv-mam-friend") as [phone, friend]:
        friend.chat(phone.boundjid.bare, "said before")
        await phone.expect_message("said before")
        phone.chat(friend.boundjid.bare, "answered before")
        await friend.expect_message("answered before")
        await phone.leave()
        for number in range(5):
            # Converse puts messages in order by their milliseconds.
            await asyncio.sleep(0.01)
            friend.chat(phone.boundjid.bare, f"said while away {number}")
        await friend["xep_0199"].send_ping(friend.boundjid.domain, timeout=10)
        async with Converse(server, "conv-mam") as page:
            await page.login()
            await page.open_chat(friend.boundjid.bare)
            wanted = ["said before", "answered before", *(f"said while away {number}" for number in range(5))]
            await page.until("shown the archive in order", """
                const shown = [...document.querySelectorAll('.chat-msg__text')].map((one) => one.innerText.trim());
                return JSON.stringify(shown) === JSON.stringify(given[0]);""", wanted)


@case(CONVERSE, "offline messages", only="folkmoot")
async def converse_is_given_what_came_meanwhile(server):
    async with sessions(server, "conv-off/phone", "conv-off-friend") as [phone, friend]:
        await befriend(phone, friend)
        await phone.leave()
        friend.chat(address("conv-off"), "said while away")
        await friend["xep_0199"].send_ping(friend.boundjid.domain, timeout=10)
        async with Converse(server, "conv-off") as page:
            await page.login()
            # No conversation is open, so nothing was asked of the archive.
            await page.shows("1", within=".roster-group .msgs-indicator")


@case(CONVERSE, "resumption", only="folkmoot")
async def converse_comes_back_to_its_session(server):
    async with sessions(server, "conv-sm-friend") as [friend]:
        server.add("conv-sm", PASSWORD)
        async with Converse(server, "conv-sm") as page:
            await page.login()
            await page.open_chat(friend.boundjid.bare)
            await page.say("before")
            first = (await friend.expect_message("before"))["from"]
            await page.run("own.api.listen.once('reconnected', () => { window.back = true; });"
                           "own.api.connection.get()._proto.socket.close()")
            friend.chat(first, "said while away")
            await page.shows("said while away", within=".chat-msg__text")
            await page.until("back", "return window.back && own.api.connection.connected()")
            await page.say("back again")
            again = await friend.expect_message("back again")
            assert again["from"] == first, "it is not the same session"


@case(CONVERSE, "avatar", only="folkmoot")
async def converse_and_a_friend_see_each_others_avatars(server):
    async with sessions(server, "conv-avatar/phone", "conv-avatar-friend") as [phone, friend]:
        await befriend(phone, friend)
        # Converse knows cards, the friend nodes: the server shows each what it looks for (XEP-0398).
        await friend.set_avatar(picture.png(30))
        async with Converse(server, "conv-avatar") as page:
            await page.login()
            shown = base64.b64encode(picture.png(30)).decode()
            await page.until("shown the friend's picture", """
                return [...document.querySelectorAll('.roster-group image')]
                    .some((one) => one.getAttribute('href').endsWith(given[0]));""", shown)
            own = base64.b64encode(picture.png(40)).decode()
            await page.run("await own.api.vcard.set(given[0], { fn: 'Own', image: given[1], image_type: 'image/png' })",
                           page.address, own)
            assert await friend.see_avatar(page.address) == picture.png(40)


@case(CONVERSE, "blocking", only="folkmoot")
async def converse_blocks(server):
    async with sessions(server, "conv-block/phone", "conv-block-pest") as [phone, pest]:
        async with Converse(server, "conv-block") as page:
            await page.login()
            await phone["xep_0191"].get_blocked()
            await page.run("await own.api.blocklist.add(given[0])", pest.boundjid.bare)
            await phone.expect("blocked")
            pest.chat(page.address, "buy this")
            refused = await pest.expect("message_error")
            assert refused["error"]["condition"] == "service-unavailable", refused
            # Another device takes it back, and the page is told.
            await phone["xep_0191"].unblock(pest.boundjid.bare)
            await page.until("told", "return !(await own.api.blocklist.get()).get(given[0])", pest.boundjid.bare)
            pest.chat(page.address, "sorry")
            await page.open_chat(pest.boundjid.bare)
            await page.shows("sorry", within=".chat-msg__text")
            assert "buy this" not in await page.text()


@case(CONVERSE, "push registration", only="folkmoot")
async def converse_is_woken_by_its_apps_server(server):
    async with sessions(server, "conv-push/phone", "conv-push-app") as [phone, app]:
        await befriend(phone, app)
        app.serve_app()
        told = {"jid": app.boundjid.full, "node": "a node", "secret": "a secret"}
        async with Converse(server, "conv-push", push_app_servers=[told]) as page:
            await page.login()
            await page.until("enabled", "return own.session.get('push_enabled')?.length")
        app.chat(address("conv-push"), "wake up")
        pushed = await app.expect("pushed")
        assert pushed["from"] == address("conv-push"), pushed
        assert pushed["pubsub"]["publish"]["node"] == "a node" and "a secret" in str(pushed), pushed
        assert "wake up" not in str(pushed), "the app's server learns nothing of what came"


@case(CONVERSE, "bookmarks", only="folkmoot")
async def converse_shares_bookmarks(server):
    async with sessions(server, "conv-marks/phone") as [phone]:
        await phone.set_bookmark("room@rooms.example", "A room")
        async with Converse(server, "conv-marks") as page:
            await page.login()
            await page.until("told of the bookmark", """
                return (await own.api.bookmarks.get(given[0]))?.get('name') === 'A room';""", "room@rooms.example")
            await page.run("await own.api.bookmarks.set({ jid: given[0], name: 'Another', autojoin: false })",
                           "other@rooms.example")
            assert await phone.bookmarks() == {"room@rooms.example": "A room", "other@rooms.example": "Another"}
