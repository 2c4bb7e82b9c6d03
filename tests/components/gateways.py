"""One case of a gateway, played by slixmpp: people at their clients, and components of our own.

Run by `run.py` under a Python that has slixmpp, with the name of the case and a JSON object of where everything is.
"""

import asyncio
import json
import logging
import sys

import slixmpp
from slixmpp.componentxmpp import ComponentXMPP
from slixmpp.xmlstream import ET

SECONDS = 15


class Watching:
    """Remembers what it saw."""

    def watch(self, *events):
        """From now on."""
        self.seen = []
        for event in events:
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


class Person(slixmpp.ClientXMPP, Watching):
    """One session."""

    def __init__(self, facts, name):
        super().__init__(f"{name}@{facts['domain']}/lab", "secret")
        self.place, self.ca_certs = (facts["host"], facts["port"]), facts["root"]
        self.enable_direct_tls, self.enable_plaintext = False, False
        for plugin in ["xep_0030", "xep_0045", "xep_0060", "xep_0199", "xep_0280"]:
            self.register_plugin(plugin)
        self.watch("session_start", "message", "groupchat_message", "presence_available", "roster_update", "carbon_sent",
                   "groupchat_presence")

    async def login(self):
        """Logs in and becomes available."""
        self.connect(*self.place)
        await self.expect("session_start")
        await self.get_roster()
        self.send_presence()
        await self.expect("presence_available", lambda stanza: stanza["from"] == self.boundjid)
        self.seen.clear()


class Gateway(ComponentXMPP, Watching):
    """A component."""

    def __init__(self, facts, name, secret=None):
        super().__init__(f"{name}.{facts['domain']}", secret or facts["secret"], facts["host"], facts["components"])
        for plugin in ["xep_0030", "xep_0060", "xep_0199", "xep_0356"]:
            self.register_plugin(plugin)
        self.watch("session_start", "message", "privileges_advertised", "disconnected", "stream_error", "failed_auth")

    async def attach(self):
        """Connects and waits until it is let in."""
        self.connect()
        await self.expect("session_start")


async def irc(facts):
    """Two people meet on IRC."""
    alice, bob = Person(facts, "alice"), Person(facts, "bob")
    await alice.login()
    await bob.login()
    gateway = f"irc.{facts['domain']}"
    items = await alice["xep_0030"].get_items(facts["domain"], timeout=SECONDS)
    assert gateway in [item[0] for item in items["disco_items"]["items"]], items
    info = await alice["xep_0030"].get_info(gateway, timeout=SECONDS)
    assert ("conference", "irc") in [identity[:2] for identity in info["disco_info"]["identities"]], info
    room = f"#lounge%{facts['irc']}@{gateway}"
    for person, nick in [(alice, "ally"), (bob, "bobby")]:
        person["xep_0045"].join_muc(room, nick)
        await person.expect("groupchat_presence", lambda stanza, nick=nick: stanza["from"] == f"{room}/{nick}"
                            and 110 in stanza["muc"]["status_codes"])
    for speaker, listener, nick, body in [(alice, bob, "ally", "Hello from here"), (bob, alice, "bobby", "And from there")]:
        speaker.send_message(room, body, mtype="groupchat")
        heard = await listener.expect("groupchat_message", lambda message, body=body: message["body"] == body)
        assert heard["from"] == f"{room}/{nick}", heard
    # In private, over IRC.
    alice.send_message(f"bobby%{facts['irc']}@{gateway}", "Just for you", mtype="chat")
    heard = await bob.expect("message", lambda message: message["body"] == "Just for you")
    assert heard["from"].bare == f"ally%{facts['irc']}@{gateway}", heard


async def privileges(facts):
    """What slidge does in the name of people."""
    alice, gateway = Person(facts, "alice"), Gateway(facts, "sms")
    await alice.login()
    alice["xep_0280"].enable()
    await gateway.attach()
    await gateway.expect("privileges_advertised")
    person, mum = f"alice@{facts['domain']}", f"mum@sms.{facts['domain']}"
    privileged = gateway["xep_0356"]
    await privileged.set_roster(person, {mum: {"name": "Mum", "subscription": "both", "groups": ["SMS"]}}, timeout=SECONDS)
    pushed = await alice.expect("roster_update", lambda iq: mum in iq["roster"]["items"])
    assert pushed["roster"]["items"][mum]["subscription"] == "both", pushed
    found = await privileged.get_roster(person, timeout=SECONDS)
    assert found["roster"]["items"][mum]["name"] == "Mum", found
    # Written on the old phone, in Alice's name.
    message = gateway.make_message(mto=mum, mfrom=person, mbody="I am late", mtype="chat")
    privileged.send_privileged_message(message)
    carbon = await alice.expect("carbon_sent")
    assert carbon["carbon_sent"]["body"] == "I am late", carbon
    # A bookmark in Alice's own store.
    iq = slixmpp.Iq(stype="set", sto=person, sfrom=person)
    publish = ET.fromstring("<publish xmlns='http://jabber.org/protocol/pubsub' node='urn:xmpp:bookmarks:1'>"
                            f"<item id='family@sms.{facts['domain']}'><conference xmlns='urn:xmpp:bookmarks:1' name='Family'/></item></publish>")
    iq["pubsub"].append(publish)
    await privileged.send_privileged_iq(iq)
    kept = await alice["xep_0060"].get_items(person, "urn:xmpp:bookmarks:1", timeout=SECONDS)
    assert kept["pubsub"]["items"]["substanzas"][0]["id"] == f"family@sms.{facts['domain']}", kept


async def restart(facts):
    """A message waits while the gateway is away, and while the server is."""
    alice, gateway = Person(facts, "alice"), Gateway(facts, "sms")
    await alice.login()
    await gateway.attach()
    await gateway.disconnect()
    mum = f"mum@sms.{facts['domain']}"
    alice.send_message(mum, "Are you there?", mtype="chat")
    await alice["xep_0199"].ping(facts["domain"], timeout=SECONDS)
    print("RESTART", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    gateway = Gateway(facts, "sms")
    await gateway.attach()
    got = await gateway.expect("message", lambda message: message["body"] == "Are you there?")
    assert got["to"] == mum, got
    # biboumi comes back by itself.
    alice = Person(facts, "bob")
    await alice.login()
    for _ in range(SECONDS):
        try:
            return await alice["xep_0199"].ping(f"irc.{facts['domain']}", timeout=SECONDS)
        except slixmpp.exceptions.IqError as error:
            assert error.condition == "remote-server-timeout", error
            await asyncio.sleep(1)
    raise AssertionError("biboumi did not come back")


async def strangers(facts):
    """Who does not know the secret, and who comes second."""
    guessing = Gateway(facts, "sms", secret="guessed")
    guessing.connect()
    error = await guessing.expect("stream_error")
    assert error["condition"] == "not-authorized", error
    unknown = Gateway(facts, "fax")
    unknown.connect()
    error = await unknown.expect("stream_error")
    assert error["condition"] == "host-unknown", error
    first, second = Gateway(facts, "sms"), Gateway(facts, "sms")
    await first.attach()
    second.connect()
    error = await second.expect("stream_error")
    assert error["condition"] == "conflict", error
    await first["xep_0199"].ping(facts["domain"], ifrom=first.boundjid, timeout=SECONDS)


CASES = {case.__name__: case for case in [irc, privileges, restart, strangers]}

if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    asyncio.run(asyncio.wait_for(CASES[sys.argv[1]](json.loads(sys.argv[2])), 100))
