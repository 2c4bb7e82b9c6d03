"""A room from its beginning to its end (XEP-0045), run with each client, as a friend in it sees it."""

import base64
import hashlib

from nbxmpp.modules.vcard_temp import VCard
from nbxmpp.namespaces import Namespace
from nbxmpp.protocol import JID
from slixmpp import JID as Address

from cases.rooms import left, make
from drivers import picture
from drivers.converse import Converse
from drivers.gajim import Gajim
from drivers.slix import sessions
from drivers.terminal import Profanity
from drivers.web_library import Page
from registry import CONVERSE, NBXMPP, PASSWORD, PROFANITY, SLIXMPP, WEB_LIBRARY, case
from servers import room

PICTURE = picture.png(77)
BASE64 = base64.b64encode(PICTURE).decode()
RETRACT = "{urn:xmpp:message-retract:1}retract"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"


@case(SLIXMPP, "room: moderation", "room: avatar", "room: leave", only="folkmoot", seconds=90)
async def slixmpp_moderates_and_shows_a_room(server):
    place = room("slix-show")
    async with sessions(server, "slix-show-host", "slix-show-friend") as [host, friend]:
        for plugin in ("xep_0054", "xep_0425"):
            host.register_plugin(plugin)
        await make(host, place, "Host", {})
        await comes(friend, place)
        said = await spams(friend, place, host)
        await host["xep_0425"].moderate(Address(place), said["stanza_id"]["id"], "Spam", timeout=10)
        await is_moderated(friend, place)
        card = host["xep_0054"].make_vcard()
        card["PHOTO"]["TYPE"] = "image/png"
        card["PHOTO"]["BINVAL"] = PICTURE
        await host["xep_0054"].publish_vcard(card, jid=Address(place), timeout=10)
        await sees_picture(friend, place)
        host["xep_0045"].leave_muc(place, "Host")
        await friend.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Host"))


@case(NBXMPP, "room: create", "room: configure", "room: nick change", "room: moderation", "room: ban", "room: invite",
      "room: avatar", only="folkmoot", seconds=90)
async def gajim_runs_a_room(server):
    place = room("gajim-run")
    address = JID.from_string(place)
    async with sessions(server, "gajim-run-friend") as [friend]:
        server.add("gajim-run", PASSWORD)
        async with Gajim(server, "gajim-run") as gajim:
            await gajim.login()
            gajim.enter(place, "Gajim")
            own = await gajim.expect("presence", lambda presence: presence.is_muc_self_presence)
            assert own.is_new_room, own
            form = (await gajim.ask("MUC", "request_config", address)).form
            form["muc#roomconfig_roomname"].value = "A room of Gajim"
            form["muc#roomconfig_membersonly"].value = True
            form.type_ = "submit"
            await gajim.ask("MUC", "set_config", address, form)
            gajim.client.get_module("MUC").invite(address, JID.from_string(friend.boundjid.bare), None, "Come in")
            assert (await friend.expect("groupchat_invite"))["muc"]["invite"]["reason"] == "Come in"
            await comes(friend, place, "A room of Gajim")
            friend.make_message(mto=place, mbody="spam", mtype="groupchat").send()
            said = await gajim.expect_message("spam")
            await gajim.ask("Moderation", "send_moderation_request", Namespace.MESSAGE_MODERATE_1, address,
                            said.stanza_ids[0].id, "Spam")
            await is_moderated(friend, place)
            card = VCard()
            card.set_avatar(PICTURE, "image/png")
            await gajim.ask("VCardTemp", "set_vcard", card, jid=address)
            await sees_picture(friend, place)
            gajim.client.get_module("BasePresence").send(jid=JID.from_string(f"{place}/Writer"))
            await friend.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Writer")
            banned = {JID.from_string(friend.boundjid.bare): {"affiliation": "outcast", "reason": "Spam"}}
            await gajim.ask("MUC", "set_affiliation", address, banned)
            await is_banned(friend, place)


@case(WEB_LIBRARY, "room: create", "room: configure", "room: history", "room: nick change", "room: moderation", "room: ban",
      "room: invite", "room: avatar", only="folkmoot", seconds=90)
async def a_page_runs_a_room(server):
    place = room("web-run")
    async with sessions(server, "web-run-friend") as [friend]:
        server.add("web-run", PASSWORD)
        async with Page(server, "web-run") as page:
            await page.login()
            page.send(f"<presence to='{place}/Page'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            await page.expect("presence", lambda presence: presence.get("from") == f"{place}/Page")
            await page.ask("set", owner({"roomname": "A room of a page", "membersonly": "1", "persistentroom": "1"}), place)
            invite = f"<invite to='{friend.boundjid.bare}'><reason>Come in</reason></invite>"
            page.send(f"<message to='{place}'><x xmlns='http://jabber.org/protocol/muc#user'>{invite}</x></message>")
            assert (await friend.expect("groupchat_invite"))["muc"]["invite"]["reason"] == "Come in"
            await comes(friend, place, "A room of a page")
            friend.make_message(mto=place, mbody="spam", mtype="groupchat").send()
            said = await page.expect_message("spam")
            retract = "<retract xmlns='urn:xmpp:message-retract:1'/><reason>Spam</reason>"
            moderate = f"<moderate xmlns='urn:xmpp:message-moderate:1' id='{said.find(STANZA_ID).get('id')}'>{retract}</moderate>"
            await page.ask("set", moderate, place)
            await is_moderated(friend, place)
            photo = f"<PHOTO><TYPE>image/png</TYPE><BINVAL>{BASE64}</BINVAL></PHOTO>"
            await page.ask("set", f"<vCard xmlns='vcard-temp'>{photo}</vCard>", place)
            await sees_picture(friend, place)
            page.send(f"<presence to='{place}/Writer'/>")
            await friend.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Writer")
            friend.make_message(mto=place, mbody="kept", mtype="groupchat").send()
            await page.expect_message("kept")
            page.send(f"<presence to='{place}/Writer' type='unavailable'/>")
            await friend.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Writer"))
            page.send(f"<presence to='{place}/Page'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            await page.expect_message("kept")
            item = f"<item affiliation='outcast' jid='{friend.boundjid.bare}'/>"
            await page.ask("set", f"<query xmlns='http://jabber.org/protocol/muc#admin'>{item}</query>", place)
            await is_banned(friend, place)


@case(PROFANITY, "room: create", "room: configure", "room: nick change", "room: ban", "room: invite", only="folkmoot", seconds=90)
async def profanity_runs_a_room(server):
    place = room("prof-run")
    async with sessions(server, "prof-run-friend") as [friend]:
        hears_direct_invitations(friend)
        server.add("prof-run", PASSWORD)
        with Profanity(server, "prof-run", PASSWORD) as screen:
            await screen.shows("logged in successfully")
            screen.types(f"/join {place} nick Typist")
            await screen.shows("locked")
            screen.types("/room config")
            await screen.shows("Configuration of the room")
            screen.types('/field1 "A room of Profanity"')
            screen.types("/form submit")
            await screen.shows("configuration successful")
            screen.types(f"/join {place}")
            screen.types(f"/invite send {friend.boundjid.bare} Come in")
            assert (await friend.expect("invited"))["groupchat_invite"]["jid"] == place
            await comes(friend, place, "A room of Profanity")
            screen.types("/nick Writer")
            await friend.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Writer")
            screen.types(f"/ban {friend.boundjid.bare} Spam")
            await is_banned(friend, place)


@case(CONVERSE, "room: create", "room: configure", "room: nick change", "room: moderation", "room: ban", "room: invite",
      "room: avatar", "room: leave", only="folkmoot", seconds=120)
async def converse_runs_a_room(server):
    place = room("conv-run")
    found = "const room = await own.api.rooms.get(given[0]);"
    async with sessions(server, "conv-run-friend", "conv-run-other") as [friend, other]:
        hears_direct_invitations(friend)
        server.add("conv-run", PASSWORD)
        async with Converse(server, "conv-run") as page:
            await page.login()
            settings = "{ roomname: 'A room of Converse', persistentroom: true }"
            await page.run(f"await own.api.rooms.open(given[0], {{ nick: 'Browser', auto_configure: true, roomconfig: {settings} }},"
                           " true)", place)
            await page.there("textarea.chat-textarea")
            await page.run(f"{found} room.directInvite(given[1], 'Come in')", place, friend.boundjid.bare)
            assert (await friend.expect("invited"))["groupchat_invite"]["jid"] == place
            await comes(friend, place, "A room of Converse")
            await comes(other, place)
            friend.make_message(mto=place, mbody="spam", mtype="groupchat").send()
            await page.shows("spam", within=".chat-msg__text")
            spam = "room.messages.find((message) => message.get('body') === 'spam')"
            await page.run(f"{found} await room.retractOtherMessage({spam}, 'Spam')", place)
            await is_moderated(friend, place)
            await page.run("await own.api.vcard.set(given[0], { image: given[1], image_type: 'image/png' })", place, BASE64)
            await sees_picture(friend, place)
            await page.say("/nick Surfer")
            await friend.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Surfer")
            await page.say("/ban Friend Spam")
            await is_banned(friend, place)
            await page.run(f"{found} await room.close()", place)
            await other.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Surfer"))


def hears_direct_invitations(friend):
    """Remembers who is invited past the room (XEP-0249)."""
    friend.register_plugin("xep_0249")
    friend.add_event_handler("groupchat_direct_invite", lambda message: friend.note("invited", message))


async def comes(friend, place, name=None):
    """A friend enters the room, which is called like this, and remembers from now on what comes without a text."""
    if name is not None:
        info = await friend["xep_0030"].get_info(place, timeout=10)
        assert name in {identity[3] for identity in info["disco_info"]["identities"]}, info
    friend.add_filter("in", lambda stanza: note_retraction(friend, stanza))
    await friend["xep_0045"].join_muc_wait(place, friend_name(friend), timeout=10)


def friend_name(friend):
    """The nickname of somebody who helps a case."""
    return friend.boundjid.user.rpartition("-")[2].capitalize()


def note_retraction(friend, stanza):
    """Remembers a message that says that another is no more."""
    if stanza.xml.find(RETRACT) is not None:
        friend.note("retracted", stanza)
    return stanza


async def spams(friend, place, host):
    """A friend says what should not stay; returns it as the host sees it."""
    friend.make_message(mto=place, mbody="spam", mtype="groupchat").send()
    return await host.expect("groupchat_message", lambda message: message["body"] == "spam")


async def is_moderated(friend, place):
    """The room says that a message is no more, and by whom (XEP-0425 §4)."""
    gone = await friend.expect("retracted")
    assert gone["from"] == place, gone
    assert gone.xml.find(f"{RETRACT}/{{urn:xmpp:message-moderate:1}}moderated") is not None, gone


async def sees_picture(friend, place):
    """The room has the picture, under its hash (XEP-0486 §3.3, §3.4)."""
    info = await friend["xep_0030"].get_info(place, timeout=10)
    values = info["disco_info"].xml.findall(".//{jabber:x:data}field[@var='muc#roominfo_avatarhash']/{jabber:x:data}value")
    assert [value.text for value in values] == [hashlib.sha1(PICTURE).hexdigest()], info
    card = await friend.ask("get", "<vCard xmlns='vcard-temp'/>", place)
    assert base64.b64decode(card.find("{vcard-temp}PHOTO/{vcard-temp}BINVAL").text) == PICTURE, card


async def is_banned(friend, place):
    """The friend is put out, for good."""
    gone = await friend.expect("groupchat_presence", lambda stanza: 301 in stanza["muc"]["status_codes"])
    assert gone["from"] == f"{place}/{friend_name(friend)}", gone


def owner(values):
    """A configuration, filled in."""
    fields = "".join(f"<field var='muc#roomconfig_{name}'><value>{value}</value></field>" for name, value in values.items())
    purpose = "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
    form = f"<x xmlns='jabber:x:data' type='submit'>{purpose}{fields}</x>"
    return f"<query xmlns='http://jabber.org/protocol/muc#owner'>{form}</query>"
