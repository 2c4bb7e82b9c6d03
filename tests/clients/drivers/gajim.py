"""nbxmpp, the library of Gajim, on GLib's main loop, which is turned here from asyncio's."""

import asyncio
import contextlib
import hashlib

from gi.repository import Gio, GLib
from nbxmpp.client import Client
from nbxmpp.const import ConnectionProtocol, ConnectionType, StreamState
from nbxmpp.namespaces import Namespace
from nbxmpp.protocol import JID, Iq, Message
from nbxmpp.structs import DiscoIdentity, StanzaHandler

import servers
from drivers.witness import SECONDS, Witness
from registry import PASSWORD

# How often GLib has its turn while asyncio waits.
TURN_SECONDS = 0.005
SIGNALS = ["connected", "connection-failed", "disconnected", "login-successful", "resume-failed", "resume-successful"]
# What Gajim tells others that it wants to hear of.
FEATURES = [Namespace.DISCO_INFO, Namespace.AVATAR_METADATA + "+notify", Namespace.BOOKMARKS_1 + "+notify"]


class Gajim(Witness):
    """One session of one account. An asynchronous context manager; the account must be there."""

    def __init__(self, server, name, resource="gajim", password=PASSWORD):
        super().__init__(f"{servers.address(name)}/{resource}")
        self.client = client = Client(log_context=self.name)
        client.set_username(name)
        client.set_domain(servers.DOMAIN)
        client.set_resource(resource)
        client.set_password(password)
        client.set_custom_host(f"{servers.ADDRESS}:{server.tls_port}", ConnectionProtocol.TCP, ConnectionType.DIRECT_TLS)
        client.set_accepted_certificates([Gio.TlsCertificate.new_from_file(str(server.chain))])
        for signal in SIGNALS:
            client.subscribe(signal, lambda _client, name, *_what: self.note(name, None))
        for kind in ("message", "presence", "iq"):
            client.register_handler(StanzaHandler(name=kind, callback=self.take, priority=99))
        identity = DiscoIdentity(category="client", type="pc", name="Gajim")
        client.get_module("EntityCaps").set_caps([identity], FEATURES, "https://gajim.org")
        self.turning = None

    async def __aenter__(self):
        self.turning = asyncio.create_task(turn_glib())
        return self

    async def __aexit__(self, kind, error, trace):
        with contextlib.suppress(AssertionError):
            if self.client.state != StreamState.DISCONNECTED:
                self.client.disconnect()
                await self.expect("disconnected", seconds=5)
        self.client.destroy()
        self.turning.cancel()

    def take(self, _client, stanza, properties):
        """Remembers a stanza by its kind, with what nbxmpp made of it."""
        self.note(stanza.getName(), properties)

    @property
    def jid(self):
        """The full address."""
        return str(self.client.get_bound_jid())

    async def login(self):
        """Logs in, gets the roster, turns carbons on, becomes available."""
        self.client.connect()
        await self.expect("connected")
        await self.ask("Roster", "request_roster")
        carbons = Iq("set", Namespace.CARBONS)
        carbons.setQuery("enable")
        await self.send_request(carbons)
        self.become_available()
        await self.expect("presence", lambda presence: presence.self_presence)
        return self

    async def login_fails(self):
        """Tries to log in; returns the SASL condition."""
        self.client.connect()
        await self.expect("disconnected")
        return self.client.get_error()[1]

    def become_available(self):
        """Tells contacts that this client is there, and what it wants to hear of."""
        caps = self.client.get_module("EntityCaps").caps._asdict()
        self.client.get_module("BasePresence").send(caps=caps)

    async def ask(self, module, method, *arguments, **options):
        """Has a module do what it waits for the server with; returns what comes of it."""
        answer = asyncio.get_running_loop().create_future()

        def done(task):
            try:
                answer.set_result(task.finish())
            except Exception as error:
                answer.set_exception(error)

        getattr(self.client.get_module(module), method)(*arguments, callback=done, **options)
        return await asyncio.wait_for(answer, SECONDS)

    async def send_request(self, iq):
        """Sends a request that no module has; returns the answer."""
        answer = asyncio.get_running_loop().create_future()
        self.client.send_stanza(iq, callback=lambda _client, stanza: answer.set_result(stanza))
        stanza = await asyncio.wait_for(answer, SECONDS)
        assert not stanza.isError(), str(stanza)
        return stanza

    def presence(self, kind, to):
        """Sends a presence of this kind to an address."""
        self.client.get_module("BasePresence").send(jid=JID.from_string(to), typ=kind)

    def chat(self, to, body, kind="chat"):
        """Sends a message."""
        self.client.send_stanza(Message(to=to, body=body, typ=kind))

    def enter(self, room, nick):
        """Enters a room, as Gajim does (XEP-0045 §7.2)."""
        self.client.get_module("BasePresence").send(jid=JID.from_string(f"{room}/{nick}"), muc=True)

    async def expect_message(self, body):
        """Waits for a message with this body; returns what nbxmpp made of it."""
        return await self.expect("message", lambda message: message.body == body)

    async def archive(self, after=None):
        """All messages of the archive after an id, two a page; returns their properties."""
        found = []
        own = JID.from_string(self.jid).new_as_bare()
        while True:
            page = await self.ask("MAM", "make_query", own, queryid="catch-up", after=after, max_=2)
            while any(event == "message" and what.is_mam_message for event, what in self.seen):
                found.append(await self.expect("message", lambda message: message.is_mam_message))
            if page.complete:
                return found
            after = page.rsm.last


async def turn_glib():
    """Lets GLib do what is due, for ever."""
    context = GLib.MainContext.default()
    while True:
        while context.pending():
            context.iteration(False)
        await asyncio.sleep(TURN_SECONDS)


def fingerprint(picture):
    """The id of an avatar."""
    return hashlib.sha1(picture).hexdigest()
