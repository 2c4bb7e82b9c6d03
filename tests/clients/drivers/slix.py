"""A slixmpp client that remembers what it saw, and waits for what it should see."""

import asyncio
import contextlib
import hashlib
from xml.etree import ElementTree

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath
from slixmpp.plugins.xep_0402.stanza import Conference

import servers
from drivers.witness import SECONDS, Witness
from registry import PASSWORD

PLUGINS = ["xep_0004", "xep_0012", "xep_0030", "xep_0045", "xep_0050", "xep_0059", "xep_0060", "xep_0084", "xep_0085",
           "xep_0092", "xep_0115", "xep_0163", "xep_0184", "xep_0191", "xep_0198", "xep_0199", "xep_0202", "xep_0203", "xep_0280",
           "xep_0313", "xep_0359", "xep_0402", "xep_0490", "xep_0494"]
EVENTS = ["message", "message_error", "carbon_received", "carbon_sent", "presence_available", "presence_unavailable",
          "presence_subscribe", "presence_subscribed", "roster_update", "session_start", "session_resumed",
          "sm_enabled", "sm_failed", "disconnected", "failed_auth", "failed_all_auth", "stream_error", "stanza_acked",
          "groupchat_message", "groupchat_presence", "groupchat_subject", "groupchat_invite",
          "pubsub_publish", "pubsub_delete",
          "avatar_metadata_publish", "bookmark_publish", "blocked", "unblocked"]
# What XEP-0402 §3.3 demands of who writes.
BOOKMARK_OPTIONS = {"persist_items": "true", "max_items": "max", "send_last_published_item": "never",
                    "access_model": "whitelist"}


class Client(Witness, slixmpp.ClientXMPP):
    """One session of one account."""

    def __init__(self, server, name, password, resource="case", tls="starttls"):
        Witness.__init__(self, f"{servers.address(name)}/{resource}")
        slixmpp.ClientXMPP.__init__(self, f"{servers.address(name)}/{resource}", password)
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
        # It would register an account by itself where a server offers that.
        self.register_plugin("xep_0077", {"create_account": False})
        self["xep_0163"].register_pep("bookmark", Conference)
        for event in EVENTS:
            self.add_event_handler(event, lambda what, event=event: self.note(event, what))
        for show in ["away", "chat", "dnd", "xa"]:
            self.add_event_handler(f"presence_{show}", lambda what: self.note("presence_available", what))

    async def expect_message(self, body, seconds=SECONDS):
        """Waits for a message with this body."""
        return await self.expect("message", lambda message: message["body"] == body, seconds)

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
        await self.expect("disconnected")
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

    async def set_avatar(self, picture):
        """Publishes an avatar: the picture, then what tells of it."""
        about = {"id": hashlib.sha1(picture).hexdigest(), "bytes": len(picture), "type": "image/png"}
        await self["xep_0084"].publish_avatar(picture)
        await self["xep_0084"].publish_avatar_metadata([about])

    async def see_avatar(self, bare):
        """Waits until told of an avatar of an account; returns the picture."""
        told = await self.expect("avatar_metadata_publish", lambda message: message["from"].bare == bare)
        item = told["pubsub_event"]["items"]["item"]
        found = await self["xep_0084"].retrieve_avatar(bare, item["id"])
        return found["pubsub"]["items"]["item"]["avatar_data"]["value"]

    async def set_bookmark(self, room, name):
        """Keeps a room as a bookmark (XEP-0402)."""
        conference = Conference()
        conference["name"] = name
        options = self["xep_0004"].make_form("submit")
        options.add_field("FORM_TYPE", "hidden", value="http://jabber.org/protocol/pubsub#publish-options")
        for option, value in BOOKMARK_OPTIONS.items():
            options.add_field(f"pubsub#{option}", value=value)
        await self["xep_0163"].publish(conference, id=room, options=options)

    async def bookmarks(self):
        """The names of all bookmarks, by room."""
        found = await self["xep_0060"].get_items(None, Conference.namespace)
        return {item["id"]: item["conference"]["name"] for item in found["pubsub"]["items"]}

    def serve_app(self):
        """Is an app's server from now on (XEP-0357): takes what is published and remembers it as `pushed`."""
        self["xep_0030"].add_identity("pubsub", "push")
        self["xep_0030"].add_feature("urn:xmpp:push:0")

        def take(iq):
            self.note("pushed", iq)
            iq.reply().send()

        self.register_handler(Callback("app", StanzaPath("iq@type=set/pubsub/publish"), take))

    async def archive(self, **query):
        """All pages of the archive that match, two messages a page, as (archive id, stanza)."""
        found = []
        async for result in self["xep_0313"].iterate(rsm={"max": 2}, **query):
            found.append((result["mam_result"]["id"], result["mam_result"]["forwarded"]["stanza"]))
        return found


@contextlib.asynccontextmanager
async def sessions(server, *wanted, **options):
    """Logs in `name/resource` for each wanted, makes the accounts first, and leaves at the end."""
    for name in dict.fromkeys(one.split("/")[0] for one in wanted):
        server.add(name, PASSWORD)
    clients = []
    try:
        for one in wanted:
            name, _, resource = one.partition("/")
            clients.append(await Client(server, name, PASSWORD, resource or "case", **options).login())
        yield clients
    finally:
        for client in clients:
            with contextlib.suppress(Exception):
                await client.leave()


async def befriend(one, other):
    """`one` and `other` subscribe to each other; both see each other's states and presence."""
    one_bare, other_bare = one.boundjid.bare, other.boundjid.bare
    one.send_presence_subscription(pto=other_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("none", "subscribe"))
    await other.expect("presence_subscribe", lambda stanza: stanza["from"] == one_bare)
    other.send_presence_subscription(pto=one_bare, ptype="subscribed")
    await one.expect("presence_subscribed", lambda stanza: stanza["from"] == other_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("to", ""))
    await other.expect("roster_update", lambda iq: state(iq, one_bare) == ("from", ""))
    await one.expect("presence_available", lambda stanza: stanza["from"] == other.boundjid)
    other.send_presence_subscription(pto=one_bare)
    await one.expect("presence_subscribe", lambda stanza: stanza["from"] == other_bare)
    one.send_presence_subscription(pto=other_bare, ptype="subscribed")
    await other.expect("presence_subscribed", lambda stanza: stanza["from"] == one_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("both", ""))
    await other.expect("roster_update", lambda iq: state(iq, one_bare) == ("both", ""))
    await other.expect("presence_available", lambda stanza: stanza["from"] == one.boundjid)


def state(iq, bare):
    """The subscription and the pending request that a roster push tells of a contact."""
    item = iq["roster"]["items"].get(bare)
    return (item["subscription"], item["ask"]) if item else None
