"""People of two services in each other's rooms (XEP-0045): they enter, talk, whisper, rename, are kicked, banned, and go.

Run by `run.py` under a Python that has slixmpp, with two JSON objects as `talk.py` takes them, each with the domain of
the rooms at that service besides (`rooms`).
"""

import asyncio
import json
import sys

from slixmpp.xmlstream import ET

import talk

MUC, USER = "http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#user"
ADMIN, OWNER = "http://jabber.org/protocol/muc#admin", "http://jabber.org/protocol/muc#owner"
MESSAGES = 20


def codes(presence):
    """The status codes of a presence from a room."""
    return {status.get("code") for status in presence.xml.iter(f"{{{USER}}}status")}


class Occupant(talk.Person):
    """Somebody who goes into rooms."""

    def __init__(self, rooms, **place):
        super().__init__(**place)
        self.rooms = rooms
        for event in ["presence_unavailable", "presence_error"]:
            self.add_event_handler(event, lambda what, event=event: self.seen.append((event, what)))

    async def enters(self, room, nick):
        """Enters, and returns the status codes of the own presence, or the condition of the error."""
        self.send_raw(f"<presence to='{room}/{nick}'><x xmlns='{MUC}'><history maxstanzas='0'/></x></presence>")
        own = lambda event, what: what["from"] == f"{room}/{nick}" and (event == "presence_error" or "110" in codes(what))
        for _ in range(talk.SECONDS * 20):
            for event, what in list(self.seen):
                if event in ("presence_available", "presence_error") and own(event, what):
                    self.seen.remove((event, what))
                    return {what["error"]["condition"]} if event == "presence_error" else codes(what)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.boundjid} is not let into {room}; saw {[f'{e}: {w}' for e, w in self.seen]}")

    async def asks_room(self, room, kind, payload):
        """A request to a room."""
        iq = self.make_iq(ito=room, itype=kind)
        iq.append(ET.fromstring(payload))
        return await iq.send(timeout=talk.SECONDS)

    async def sees_go(self, address, code):
        """Somebody goes, for that reason."""
        return await self.expect("presence_unavailable", lambda what: what["from"] == address and code in codes(what))

    async def hears(self, address, body):
        """Somebody says something to everybody."""
        said = ("groupchat", address, body)
        return await self.expect("message", lambda what: (what["type"], what["from"], what["body"]) == said)


async def receive(host, guest):
    """One is at home in a room of their own service, the other comes from elsewhere."""
    room = f"lab-{host.boundjid.user}@{host.rooms}"
    entered = await host.enters(room, "Host")
    assert "201" in entered, f"no new room: {entered}"
    await host.asks_room(room, "set", f"<query xmlns='{OWNER}'><x xmlns='jabber:x:data' type='submit'/></query>")
    info = await guest["xep_0030"].get_info(room, timeout=talk.SECONDS)
    assert MUC in info["disco_info"]["features"], info
    await guest.enters(room, "Guest")
    await host.expect("presence_available", lambda what: what["from"] == f"{room}/Guest")
    for number in range(MESSAGES):
        speaker, nick = (host, "Host") if number % 2 else (guest, "Guest")
        speaker.send_message(room, f"number {number}", mtype="groupchat")
        await asyncio.gather(*(hearer.hears(f"{room}/{nick}", f"number {number}") for hearer in (host, guest)))
    guest.send_message(f"{room}/Host", "a word", mtype="chat")
    await host.expect("message", lambda what: what["from"] == f"{room}/Guest" and what["body"] == "a word")
    host.send_message(f"{room}/Guest", "another", mtype="chat")
    await guest.expect("message", lambda what: what["from"] == f"{room}/Host" and what["body"] == "another")
    await guest["xep_0199"].ping(f"{room}/Guest", timeout=talk.SECONDS)
    guest.send_raw(f"<presence to='{room}/Stranger'/>")
    await host.sees_go(f"{room}/Guest", "303")
    await guest.sees_go(f"{room}/Guest", "303")
    await host.asks_room(room, "set", f"<query xmlns='{ADMIN}'><item nick='Stranger' role='none'><reason>x</reason></item></query>")
    await guest.sees_go(f"{room}/Stranger", "307")
    await guest.enters(room, "Guest")
    bare = guest.boundjid.bare
    await host.asks_room(room, "set", f"<query xmlns='{ADMIN}'><item jid='{bare}' affiliation='outcast'/></query>")
    await guest.sees_go(f"{room}/Guest", "301")
    refused = await guest.enters(room, "Guest")
    assert refused == {"forbidden"}, refused
    await host.asks_room(room, "set", f"<query xmlns='{ADMIN}'><item jid='{bare}' affiliation='none'/></query>")
    await guest.enters(room, "Guest")
    guest.send_raw(f"<presence to='{room}/Guest' type='unavailable'/>")
    await guest.sees_go(f"{room}/Guest", "110")
    await host.expect("presence_unavailable", lambda what: what["from"] == f"{room}/Guest" and not codes(what) & {"303", "307", "301"})
    await host.asks_room(room, "set", f"<query xmlns='{OWNER}'><destroy/></query>")


async def visit(ours, theirs):
    """Both directions."""
    await asyncio.gather(ours.login(), theirs.login())
    await receive(ours, theirs)
    await receive(theirs, ours)
    for person in (ours, theirs):
        await person.disconnect(wait=1)


def main():
    """Exits with 0 when everything was seen."""
    ours, theirs = (Occupant(**json.loads(word)) for word in sys.argv[1:3])
    asyncio.get_event_loop().run_until_complete(asyncio.wait_for(visit(ours, theirs), 90))


if __name__ == "__main__":
    main()
