"""What clients keep of a person with the server, seen by new and by old ones."""

import base64
import hashlib

from drivers import picture
from drivers.slix import befriend, sessions
from registry import SLIXMPP, case

CARD = "{vcard-temp}"
OLD_LIST = "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>{}</storage></query>"
UPDATE = "{vcard-temp:x:update}"


@case(SLIXMPP, "avatar", only="folkmoot")
async def a_published_avatar_is_on_the_card_and_in_presence(server):
    async with sessions(server, "card-alice", "card-bob") as [alice, bob]:
        await befriend(alice, bob)
        await alice.set_avatar(picture.png(90))
        hashed = hashlib.sha1(picture.png(90)).hexdigest()
        shown = await bob.expect("presence_available", lambda stanza: stanza["from"] == alice.boundjid)
        assert shown.xml.findtext(f"{UPDATE}x/{UPDATE}photo") == hashed, shown
        card = await bob.ask("get", "<vCard xmlns='vcard-temp'/>", alice.boundjid.bare)
        assert card.findtext(f"{CARD}PHOTO/{CARD}TYPE") == "image/png"
        assert base64.b64decode(card.findtext(f"{CARD}PHOTO/{CARD}BINVAL")) == picture.png(90)


@case(SLIXMPP, "avatar", only="folkmoot")
async def a_picture_on_the_card_is_an_avatar(server):
    async with sessions(server, "photo-alice", "photo-bob") as [alice, bob]:
        await befriend(alice, bob)
        photo = base64.b64encode(picture.png(110)).decode()
        await alice.ask("set", f"<vCard xmlns='vcard-temp'><PHOTO><BINVAL>{photo}</BINVAL></PHOTO></vCard>")
        assert await bob.see_avatar(alice.boundjid.bare) == picture.png(110)


@case(SLIXMPP, "bookmarks", only="folkmoot")
async def bookmarks_are_the_same_for_old_and_new_clients(server):
    async with sessions(server, "shelf/new", "shelf/old") as [new, old]:
        await new.set_bookmark("room@rooms.example", "A room")
        kept = await old.ask("get", OLD_LIST.format(""))
        [[room]] = kept
        assert (room.get("jid"), room.get("name")) == ("room@rooms.example", "A room")
        other = "<conference jid='other@rooms.example' name='Another'/>"
        await old.ask("set", OLD_LIST.format(f"<conference jid='room@rooms.example' name='A room'/>{other}"))
        told = await new.expect("bookmark_publish", lambda event: "other@rooms.example" in str(event))
        assert told["pubsub_event"]["items"]["item"]["conference"]["name"] == "Another", told
        assert await new.bookmarks() == {"room@rooms.example": "A room", "other@rooms.example": "Another"}


@case(SLIXMPP)
async def settings_are_found_on_another_device(server):
    async with sessions(server, "settings/phone", "settings/desktop") as [phone, desktop]:
        kept = "<query xmlns='jabber:iq:private'><prefs xmlns='urn:example:prefs'><sound>off</sound></prefs></query>"
        await phone.ask("set", kept)
        found = await desktop.ask("get", "<query xmlns='jabber:iq:private'><prefs xmlns='urn:example:prefs'/></query>")
        assert found.findtext("{urn:example:prefs}prefs/{urn:example:prefs}sound") == "off"


@case(SLIXMPP, only="folkmoot")
async def what_was_read_on_the_phone_is_read_on_the_desktop(server):
    async with sessions(server, "read-alice/phone", "read-alice/desktop", "read-bob") as [phone, desktop, bob]:
        bob.chat(phone.boundjid.bare, "read me")
        got = await phone.expect_message("read me")
        message = phone.make_message(mto=bob.boundjid.bare, mbody="I did", mtype="chat")
        displayed = phone["xep_0490"].stanza.Displayed()
        displayed["stanza_id"]["id"] = got["stanza_id"]["id"]
        displayed["stanza_id"]["by"] = phone.boundjid.bare
        message.append(displayed)
        message.send()
        told = await bob.expect_message("I did")
        assert "urn:xmpp:mds" not in str(told), told
        [item] = (await desktop["xep_0490"].catch_up())["pubsub"]["items"]
        assert item["id"] == bob.boundjid.bare and item["displayed"]["stanza_id"]["id"] == got["stanza_id"]["id"], item
