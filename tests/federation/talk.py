"""Two people at two services talk: messages in order, subscriptions both ways, ping, disco, cards, a published item.

Run by `run.py` under a Python that has slixmpp, with two JSON objects (address, password, host, port, root) and a third:
`status`, the command that shows how things stand; `unreachable`, the addresses that the first person cannot reach, each
with what an administrator is told; and `turned_away`, people whose service is refused, each with the words for that.
"""

import asyncio
import json
import subprocess
import sys

import slixmpp
from slixmpp.xmlstream import ET

SECONDS = 15
MESSAGES = 50


class Person(slixmpp.ClientXMPP):
    """One session that remembers what it saw."""

    def __init__(self, address, password, host, port, root):
        super().__init__(f"{address}/lab", password)
        self.place, self.ca_certs = (host, port), root
        # Without a root it is not the certificate for clients that is tried.
        self.enable_direct_tls, self.enable_starttls, self.enable_plaintext = False, root is not None, root is None
        self.plugin["feature_mechanisms"].unencrypted_scram = root is None
        self.auto_authorize, self.auto_subscribe = None, False
        for plugin in ["xep_0030", "xep_0054", "xep_0060", "xep_0199"]:
            self.register_plugin(plugin)
        self.seen = []
        for event in ["session_start", "message", "presence_available", "presence_subscribe", "presence_subscribed",
                      "message_error", "failed_all_auth"]:
            self.add_event_handler(event, lambda what, event=event: self.seen.append((event, what)))

    async def expect(self, event, matches=lambda what: True):
        """Waits for an event and takes it out of the memory."""
        for _ in range(SECONDS * 20):
            for index, (seen, what) in enumerate(self.seen):
                if seen == event and matches(what):
                    del self.seen[index]
                    return what
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.boundjid} waited {SECONDS} s for {event}; saw {[f'{e}: {w}' for e, w in self.seen]}")

    async def login(self):
        """Logs in and becomes available."""
        self.connect(*self.place)
        await self.expect("session_start")
        await self.get_roster()
        self.send_presence()
        await self.expect("presence_available", lambda stanza: stanza["from"] == self.boundjid)

    async def says(self, other, body):
        """A message arrives."""
        self.send_message(other.boundjid.bare, body, mtype="chat")
        got = await other.expect("message", lambda message: message["body"] == body)
        assert got["from"] == self.boundjid, f"it comes from {got['from']}"

    async def befriends(self, other):
        """A subscription, asked for and granted, and what is seen by it."""
        self.send_presence(pto=other.boundjid.bare, ptype="subscribe")
        asked = await other.expect("presence_subscribe")
        assert asked["from"] == self.boundjid.bare
        other.send_presence(pto=self.boundjid.bare, ptype="subscribed")
        await self.expect("presence_subscribed", lambda stanza: stanza["from"] == other.boundjid.bare)
        await self.expect("presence_available", lambda stanza: stanza["from"] == other.boundjid)

    async def asks(self, other):
        """What can be asked of others, people and services."""
        service = other.boundjid.domain
        await self["xep_0199"].ping(service, timeout=SECONDS)
        await self["xep_0199"].ping(other.boundjid, timeout=SECONDS)
        info = await self["xep_0030"].get_info(service, timeout=SECONDS)
        assert "http://jabber.org/protocol/disco#info" in info["disco_info"]["features"]
        card = await self["xep_0054"].get_vcard(other.boundjid.bare, timeout=SECONDS)
        assert card["vcard_temp"]["FN"] == f"Person of {service}", card

    async def shows(self, other):
        """An item that one publishes and the other fetches."""
        item = ET.fromstring(f"<note xmlns='urn:example:lab'>by {self.boundjid.bare}</note>")
        await self["xep_0060"].publish(self.boundjid.bare, "urn:example:lab", payload=item, timeout=SECONDS)
        found = await other["xep_0060"].get_items(self.boundjid.bare, "urn:example:lab", timeout=SECONDS)
        text = [item["payload"].text for item in found["pubsub"]["items"]]
        assert text == [f"by {self.boundjid.bare}"], text

    async def cannot_reach(self, address, told):
        """A message comes back, and says why; whoever runs the service is told more."""
        self.send_message(address, "is anybody there?", mtype="chat")
        back = await self.expect("message_error", lambda message: message["from"].bare == address)
        assert back["error"]["text"], back
        headline = f"{address.split('@')[1]} cannot be reached from here: {told}."
        if told:
            await self.expect("message", lambda message: message["from"] == self.boundjid.domain and headline in message["body"])


    async def is_turned_away(self, other, words):
        """What somebody writes does not arrive, and whoever runs the service there is told why."""
        self.send_message(other.boundjid.bare, "let me in", mtype="chat")
        headline = f"{self.boundjid.domain} connected and was turned away: {words}."
        await other.expect("message", lambda message: message["from"] == other.boundjid.domain and headline in message["body"])
        assert not [what for event, what in other.seen if event == "message" and what["body"] == "let me in"]


def standing(command):
    """The streams that there are: both ways, encrypted, proved by a good certificate, and nothing waits."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    [found] = json.loads(done.stdout)["neighbours"]
    ways = {stream["way"] for stream in found["streams"]}
    assert ways in ({"in", "out"}, {"both"}), found
    assert all(stream["tls"].startswith("1.") and stream["proof"] == "certificate" for stream in found["streams"]), found
    assert (found["waiting-bytes"], found["failures"], found["wrong"]) == (0, 0, []) and found["good"], found
    is_acknowledged = any(stream["acknowledged"] for stream in found["streams"] if stream["way"] != "in")
    assert (found["round-trip-ms"] is not None) == is_acknowledged, found


async def introduce(person):
    """A card for whoever asks."""
    card = person["xep_0054"].make_vcard()
    card["FN"] = f"Person of {person.boundjid.domain}"
    await person["xep_0054"].publish_vcard(card, timeout=SECONDS)


async def talk(ours, theirs, more):
    """All of it."""
    await asyncio.gather(ours.login(), theirs.login())
    await ours.says(theirs, "hello")
    await theirs.says(ours, "hello yourself")
    for number in range(MESSAGES):
        ours.send_message(theirs.boundjid.bare, f"number {number}", mtype="chat")
    await theirs.expect("message", lambda message: message["body"] == f"number {MESSAGES - 1}")
    bodies = [what["body"] for event, what in theirs.seen if event == "message"]
    assert bodies == [f"number {number}" for number in range(MESSAGES - 1)], bodies
    await ours.befriends(theirs)
    await theirs.befriends(ours)
    await asyncio.gather(introduce(ours), introduce(theirs))
    await ours.asks(theirs)
    await theirs.asks(ours)
    await ours.shows(theirs)
    await theirs.shows(ours)
    standing(more["status"])
    await asyncio.gather(*(ours.cannot_reach(address, words) for address, words in more["unreachable"].items()))
    strangers = [(Person(**place), words) for place, words in more["turned_away"]]
    for stranger, words in strangers:
        await stranger.login()
        await stranger.is_turned_away(ours, words)
    for person in (ours, theirs, *(stranger for stranger, _ in strangers)):
        await person.disconnect(wait=1)


def main():
    """Exits with 0 when everything was seen."""
    ours, theirs, more = map(json.loads, sys.argv[1:])
    asyncio.get_event_loop().run_until_complete(asyncio.wait_for(talk(Person(**ours), Person(**theirs), more), 90))


if __name__ == "__main__":
    main()
