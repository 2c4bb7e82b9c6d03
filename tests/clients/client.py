"""A slixmpp client that remembers what it saw, and waits for what it should see."""

import asyncio
import logging
from xml.etree import ElementTree

import slixmpp

import servers

PLUGINS = ["xep_0004", "xep_0012", "xep_0030", "xep_0050", "xep_0059", "xep_0085", "xep_0092", "xep_0184", "xep_0199", "xep_0198", "xep_0202", "xep_0280",
           "xep_0313", "xep_0359"]
# How long a thing may take that should be there at once: long enough for a busy machine.
SECONDS = 15
# How long to wait for what should never come.
QUIET_SECONDS = 1.5

EVENTS = ["message", "carbon_received", "carbon_sent", "presence_available", "presence_unavailable",
          "presence_subscribe", "presence_subscribed", "roster_update", "session_start", "session_resumed",
          "sm_enabled", "sm_failed", "disconnected", "failed_auth", "failed_all_auth", "stream_error", "stanza_acked"]

log = logging.getLogger("case")


class Client(slixmpp.ClientXMPP):
    """One session of one account."""

    def __init__(self, server, name, password, resource="case", tls="starttls"):
        super().__init__(f"{name}@{servers.DOMAIN}/{resource}", password)
        self.under_test = server
        self.port = server.tls_port if tls == "direct" else server.starttls_port
        self.enable_direct_tls = tls == "direct"
        self.enable_starttls = tls == "starttls"
        self.enable_plaintext = False
        self.ca_certs = server.chain
        self.auto_authorize = None
        self.auto_subscribe = False
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.seen = []
        self.news = asyncio.Event()
        for event in EVENTS:
            self.add_event_handler(event, lambda what, event=event: self.note(event, what))
        for show in ["away", "chat", "dnd", "xa"]:
            self.add_event_handler(f"presence_{show}", lambda what: self.note("presence_available", what))

    def note(self, event, what):
        """Remembers an event."""
        log.debug("%s saw %s: %s", self.boundjid, event, what)
        self.seen.append((event, what))
        self.news.set()

    async def expect(self, event, matches=lambda what: True, seconds=SECONDS):
        """Waits for an event, takes it out of the memory, and returns what came with it."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            for index, (seen, what) in enumerate(self.seen):
                if seen == event and matches(what):
                    del self.seen[index]
                    return what
            self.news.clear()
            left = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except asyncio.TimeoutError:
                short = [f"{seen}: {what}" for seen, what in self.seen]
                raise AssertionError(f"{self.boundjid} waited {seconds} s for {event}; saw {short}") from None

    async def expect_message(self, body, seconds=SECONDS):
        """Waits for a message with this body."""
        return await self.expect("message", lambda message: message["body"] == body, seconds)

    async def quiet(self, event, matches=lambda what: True, seconds=QUIET_SECONDS):
        """Fails if the event comes after all."""
        await asyncio.sleep(seconds)
        late = [str(what) for seen, what in self.seen if seen == event and matches(what)]
        assert not late, f"{self.boundjid} saw {event}, which should not be: {late}"

    def bodies(self):
        """The bodies of all messages not yet taken, in order."""
        return [what["body"] for seen, what in self.seen if seen == "message" and what["body"]]

    def dial(self):
        """Connects, to the address of the server under test."""
        self.connect(servers.ADDRESS, self.port)

    async def login(self, presence=True):
        """Logs in, gets the roster, becomes available, has stream management and carbons."""
        self.dial()
        await self.expect("session_start")
        await self.expect("sm_enabled")
        await self.get_roster()
        await self["xep_0280"].enable()
        if presence:
            self.send_presence()
            await self.expect("presence_available", lambda stanza: stanza["from"] == self.boundjid)
        return self

    async def login_fails(self):
        """Tries to log in; returns the SASL condition."""
        self.dial()
        failure = await self.expect("failed_auth")
        await self.expect("failed_all_auth")
        assert not [seen for seen, _ in self.seen if seen == "session_start"], "logged in after all"
        self.abort()
        return failure["condition"]

    async def ask(self, kind, payload, to=None):
        """Sends a request that slixmpp has no plugin for; returns the payload of the answer."""
        iq = self.make_iq(id=self.new_id(), ito=to, itype=kind)
        iq.append(ElementTree.fromstring(payload))
        answer = await iq.send(timeout=SECONDS)
        return next(iter(answer.xml), None)

    def cut(self):
        """Breaks the connection without a word, as a train in a tunnel does."""
        self.transport.abort()

    async def leave(self):
        """Closes the stream in good order."""
        if self.is_connected():
            await self.disconnect(wait=2)

    def mechanism(self):
        """The SASL mechanism that was used."""
        return self["feature_mechanisms"].mech.name

    def chat(self, to, body):
        """Sends a message; returns its id."""
        message = self.make_message(mto=to, mbody=body, mtype="chat")
        message["id"] = self.new_id()
        message.send()
        return message["id"]

    async def archive(self, **query):
        """All pages of the archive that match, two messages a page, as (archive id, stanza)."""
        found = []
        async for result in self["xep_0313"].iterate(rsm={"max": 2}, **query):
            found.append((result["mam_result"]["id"], result["mam_result"]["forwarded"]["stanza"]))
        return found
