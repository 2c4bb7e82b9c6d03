"""What people see in rooms (XEP-0045), each with the client that is theirs, and at the service of nodes (XEP-0060)."""

import xml.etree.ElementTree as ElementTree

from slixmpp.exceptions import IqError, PresenceError

from drivers.converse import Converse
from drivers.gajim import Gajim
from drivers.slix import sessions
from drivers.terminal import Profanity
from drivers.web_library import Page
from registry import CONVERSE, NBXMPP, PASSWORD, PROFANITY, SLIXMPP, WEB_LIBRARY, case
from servers import NODES, address, room

MUC_USER = "{http://jabber.org/protocol/muc#user}"


# Prosody's refusals lack what slixmpp looks for in them.
@case(SLIXMPP, "room: create", "room: configure", "room: join", "room: talk", "room: history", "room: nick change", "room: ban",
      only="folkmoot", seconds=90)
async def slixmpp_makes_a_room_and_runs_it(server):
    place = room("slix-run")
    async with sessions(server, "slix-run-host", "slix-run-guest") as [host, guest]:
        rooms, theirs = host["xep_0045"], guest["xep_0045"]
        presence, _, _, _ = await rooms.join_muc_wait(place, "Host", timeout=10)
        assert {110, 201} <= presence["muc"]["status_codes"], presence
        form = await rooms.get_room_config(place, timeout=10)
        values = {"muc#roomconfig_persistentroom": True, "muc#roomconfig_roomname": "A room of slixmpp",
                  "muc#roomconfig_whois": "anyone"}
        await rooms.set_room_config(place, answered(host, form, values), timeout=10)
        rooms.set_subject(place, "What it is about")
        await host.expect("groupchat_subject", lambda message: message["subject"] == "What it is about")

        host.make_message(mto=place, mbody="said before", mtype="groupchat").send()
        await host.expect("groupchat_message", lambda message: message["body"] == "said before")
        _, subject, occupants, history = await theirs.join_muc_wait(place, "Guest", maxstanzas=5, timeout=10)
        assert subject["subject"] == "What it is about", subject
        assert [message["body"] for message in history] == ["said before"], history
        assert "Host" in {presence["from"].resource for presence in occupants}, occupants

        host.make_message(mto=f"{place}/Guest", mbody="for you alone", mtype="chat").send()
        assert (await guest.expect_message("for you alone"))["from"] == f"{place}/Host"
        assert await theirs.set_self_nick(place, "Visitor", timeout=10) == "Visitor"
        await rooms.set_affiliation(place, "member", jid=guest.boundjid.bare, timeout=10)
        members = await rooms.get_affiliation_list(place, "member", timeout=10)
        assert [str(jid) for jid in members] == [guest.boundjid.bare], members
        await rooms.set_role(place, "Visitor", "none", reason="Time to go", timeout=10)
        gone = await guest.expect("groupchat_presence", lambda stanza: 307 in stanza["muc"]["status_codes"])
        assert gone["from"] == f"{place}/Visitor", gone
        await rooms.set_affiliation(place, "outcast", jid=guest.boundjid.bare, timeout=10)
        try:
            await theirs.join_muc_wait(place, "Guest", timeout=10)
            raise AssertionError("who is banned came in")
        except PresenceError as error:
            assert error.condition == "forbidden", error

        await rooms.destroy(place, "It is over", timeout=10)
        ended = await host.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Host"))
        assert ended.xml.find(f"{MUC_USER}x/{MUC_USER}destroy") is not None, ended


@case(SLIXMPP, "room: invite", only="folkmoot")
async def slixmpp_is_invited_and_reads_the_archive_of_a_room(server):
    place = room("slix-mam")
    async with sessions(server, "slix-mam-host", "slix-mam-guest", "slix-mam-stranger") as [host, guest, stranger]:
        rooms = host["xep_0045"]
        await make(host, place, "Host", {"muc#roomconfig_membersonly": True})
        rooms.invite(place, guest.boundjid.bare, "Come in")
        invited = await guest.expect("groupchat_invite")
        assert invited["muc"]["invite"]["reason"] == "Come in", invited
        await guest["xep_0045"].join_muc_wait(place, "Guest", maxstanzas=0, timeout=10)
        for number in range(5):
            guest.make_message(mto=place, mbody=f"number {number}", mtype="groupchat").send()
        await host.expect("groupchat_message", lambda message: message["body"] == "number 4")
        kept = [stanza["body"] for _, stanza in await host.archive(jid=place) if stanza["body"]]
        assert kept == [f"number {number}" for number in range(5)], kept
        try:
            await stranger["xep_0045"].join_muc_wait(place, "Stranger", timeout=10)
            raise AssertionError("a stranger came in")
        except PresenceError as error:
            assert error.condition == "registration-required", error
        try:
            await stranger.ask("set", "<query xmlns='urn:xmpp:mam:2'/>", place)
            raise AssertionError("a stranger read the archive")
        except IqError as error:
            assert error.condition == "forbidden", error


@case(NBXMPP, "room: join", "room: talk", "room: history", "room: leave")
async def gajim_is_in_a_room(server):
    place = room("gajim-room")
    async with sessions(server, "gajim-room-host") as [host]:
        server.add("gajim-room", PASSWORD)
        await make(host, place, "Host", {"muc#roomconfig_roomname": "A room for Gajim"})
        host.make_message(mto=place, mbody="said before", mtype="groupchat").send()
        await host.expect("groupchat_message", lambda message: message["body"] == "said before")
        async with Gajim(server, "gajim-room") as gajim:
            await gajim.login()
            info = await gajim.ask("MUC", "request_info", place, request_vcard=False)
            assert info.info.muc_name == "A room for Gajim" and info.info.supports("urn:xmpp:mam:2"), info
            gajim.enter(place, "Gajim")
            own = await gajim.expect("presence", lambda presence: presence.from_muc and presence.is_muc_self_presence)
            assert own.occupant_id, "it says who is who"
            before = await gajim.expect_message("said before")
            assert before.type.is_groupchat and before.muc_nickname == "Host", before
            gajim.chat(place, "hello from Gajim", kind="groupchat")
            await host.expect("groupchat_message", lambda message: message["body"] == "hello from Gajim")
            back = await gajim.expect_message("hello from Gajim")
            assert back.stanza_ids, "it comes back with the id of the archive"
            gajim.presence("unavailable", f"{place}/Gajim")
            await host.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Gajim"))


@case(WEB_LIBRARY, "room: join", "room: talk", "room: leave", only="folkmoot")
async def a_page_is_in_a_room(server):
    place = room("web-room")
    async with sessions(server, "web-room-host") as [host]:
        server.add("web-room", PASSWORD)
        await make(host, place, "Host", {})
        async with Page(server, "web-room") as page:
            await page.login()
            page.send(f"<presence to='{place}/Page'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
            await page.expect("presence", lambda presence: "110" in codes(presence))
            await host.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Page")
            page.send(f"<message to='{place}' type='groupchat'><body>hello from the page</body></message>")
            await host.expect("groupchat_message", lambda message: message["body"] == "hello from the page")
            page.tell("drop")
            await page.expect("status", lambda status: status == "disconnect")
            host.make_message(mto=place, mbody="said while away", mtype="groupchat").send()
            await page.expect_message("said while away")
            # It is still in, as XEP-0410 asks.
            await page.ask("get", "<ping xmlns='urn:xmpp:ping'/>", f"{place}/Page")
            await page.leave()
            await host.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Page"))


@case(PROFANITY, "room: join", "room: talk", "room: history", "room: leave", seconds=90)
async def profanity_is_in_a_room(server):
    place = room("prof-room")
    async with sessions(server, "prof-room-host") as [host]:
        server.add("prof-room", PASSWORD)
        await make(host, place, "Host", {})
        host.make_message(mto=place, mbody="said before", mtype="groupchat").send()
        host["xep_0045"].set_subject(place, "Terminals")
        await host.expect("groupchat_subject", lambda message: message["subject"] == "Terminals")
        with Profanity(server, "prof-room", PASSWORD) as screen:
            await screen.logged_in()
            screen.types(f"/join {place} nick Typist")
            await screen.shows("Terminals")
            await screen.shows("said before")
            await host.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Typist")
            screen.types("hello from the terminal")
            await host.expect("groupchat_message", lambda message: message["body"] == "hello from the terminal")
            host.make_message(mto=place, mbody="hello from the library", mtype="groupchat").send()
            await screen.shows("hello from the library")
            screen.types("/kick Host")
            await screen.shows("Error kicking Host")
            screen.types("/close")
            await host.expect("groupchat_presence", lambda stanza: left(stanza, f"{place}/Typist"))


@case(CONVERSE, "room: join", "room: talk", "room: history", only="folkmoot", seconds=90)
async def converse_is_in_a_room(server):
    place = room("conv-room")
    async with sessions(server, "conv-room-host") as [host]:
        server.add("conv-room", PASSWORD)
        await make(host, place, "Host", {"muc#roomconfig_roomname": "A room for browsers"})
        host.make_message(mto=place, mbody="said before", mtype="groupchat").send()
        await host.expect("groupchat_message", lambda message: message["body"] == "said before")
        async with Converse(server, "conv-room") as page:
            await page.login()
            await page.run("await own.api.rooms.open(given[0], { nick: 'Browser' }, true)", place)
            await page.shows("said before", within=".chat-msg__text")
            await page.there("textarea.chat-textarea")
            await host.expect("groupchat_presence", lambda stanza: stanza["from"] == f"{place}/Browser")
            await page.say("hello from the browser")
            await host.expect("groupchat_message", lambda message: message["body"] == "hello from the browser")
            host.make_message(mto=place, mbody="hello browser", mtype="groupchat").send()
            await page.shows("hello browser", within=".chat-msg__text")
            await page.shows("Host", within=".occupant-list")


@case(SLIXMPP, only="folkmoot")
async def slixmpp_publishes_at_the_service_of_nodes(server):
    async with sessions(server, "node-owner", "node-reader", "node-writer") as [owner, reader, writer]:
        nodes = owner["xep_0060"]
        listed = await reader["xep_0030"].get_info(NODES, timeout=10)
        assert ("pubsub", "service") in {identity[:2] for identity in listed["disco_info"]["identities"]}, listed
        config = owner["xep_0004"].make_form("submit")
        config.add_field("FORM_TYPE", "hidden", value="http://jabber.org/protocol/pubsub#node_config")
        config.add_field("pubsub#title", value="News")
        await nodes.create_node(NODES, "case-news", config=config, timeout=10)
        await reader["xep_0060"].subscribe(NODES, "case-news", timeout=10)
        note = ElementTree.fromstring("<note xmlns='urn:example:note'>one</note>")
        await nodes.publish(NODES, "case-news", id="1", payload=note, timeout=10)
        told = await reader.expect("pubsub_publish")
        assert told["pubsub_event"]["items"]["node"] == "case-news", told
        assert told["pubsub_event"]["items"]["item"]["id"] == "1", told
        await nodes.modify_affiliations(NODES, "case-news", [(writer.boundjid.bare, "publisher")], timeout=10)
        await writer["xep_0060"].publish(NODES, "case-news", id="2", timeout=10)
        await reader.expect("pubsub_publish")
        found = await reader["xep_0060"].get_items(NODES, "case-news", timeout=10)
        assert [item["id"] for item in found["pubsub"]["items"]] == ["1", "2"], found
        try:
            await writer["xep_0060"].delete_node(NODES, "case-news", timeout=10)
            raise AssertionError("a node was deleted by somebody who does not own it")
        except IqError as error:
            assert error.condition == "forbidden", error
        await nodes.delete_node(NODES, "case-news", timeout=10)
        await reader.expect("pubsub_delete")


async def make(host, place, nick, values):
    """Enters a room that is not there yet, and configures it."""
    rooms = host["xep_0045"]
    await rooms.join_muc_wait(place, nick, timeout=10)
    form = await rooms.get_room_config(place, timeout=10)
    values = {"muc#roomconfig_persistentroom": True, **values}
    await rooms.set_room_config(place, answered(host, form, values), timeout=10)


def answered(client, form, values):
    """A form filled in: these values, and what was there."""
    fields = form.get_fields()
    missing = set(values) - set(fields)
    assert not missing, f"the configuration has no {missing}, but {sorted(fields)}"
    submit = client["xep_0004"].make_form("submit")
    for name, field in fields.items():
        if field["type"] == "fixed":
            continue
        value = values.get(name, field["value"])
        submit.add_field(name, "hidden" if name == "FORM_TYPE" else field["type"], value=value)
    return submit


def left(presence, occupant):
    """Whether a presence says that an occupant has left."""
    return presence["from"] == occupant and presence["type"] == "unavailable"


def codes(presence):
    """The status codes of a presence from a room."""
    return {status.get("code") for status in presence.iter(f"{MUC_USER}status")}
