"""Accounts that move here: filled with slixmpp on another server, imported, and found again with the
same clients and the same passwords."""

import asyncio
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET

import servers
from drivers.slix import Client, befriend
from registry import PASSWORD

CARD = "<vCard xmlns='vcard-temp'><FN>Ann Älter &amp; Co</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO></vCard>"
SETTINGS = "<prefs xmlns='some:client'><sound volume='3'>on</sound></prefs>"
AVATAR = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"
NODES = {
    "urn:xmpp:avatar:data": (AVATAR, "<data xmlns='urn:xmpp:avatar:data'>aGVsbG8=</data>", "open"),
    "urn:xmpp:avatar:metadata": (
        AVATAR,
        f"<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='5' id='{AVATAR}' type='image/png'/></metadata>",
        "open",
    ),
    "eu.siacs.conversations.axolotl.devicelist": (
        "current",
        "<list xmlns='eu.siacs.conversations.axolotl'><device id='31415'/></list>",
        "open",
    ),
    "eu.siacs.conversations.axolotl.bundles:31415": (
        "current",
        "<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>QUJD</identityKey></bundle>",
        "open",
    ),
    "urn:xmpp:bookmarks:1": (
        "room@muc.example",
        "<conference xmlns='urn:xmpp:bookmarks:1' name='Room' autojoin='true'><nick>Ann</nick></conference>",
        "whitelist",
    ),
}


async def ask(client, kind, payload, to=None):
    """Sends a request with this payload and returns the payload of the answer."""
    iq = client.make_iq(ito=to, itype=kind)
    iq.set_payload(ET.fromstring(payload))
    answer = await iq.send(timeout=15)
    return answer.get_payload()


def publication(node, item, payload, access):
    """A request to publish an item in a node that has this access model."""
    def option(name, value):
        return f"<field var='pubsub#{name}'><value>{value}</value></field>"

    return (
        f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{node}'><item id='{item}'>{payload}</item>"
        "</publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>"
        "http://jabber.org/protocol/pubsub#publish-options</value></field>"
        f"{option('access_model', access)}{option('persist_items', 'true')}</x></publish-options></pubsub>"
    )


async def fill(server):
    """Two friends with all that people have; `ann` is away when the last message comes."""
    for name in ["ann", "bob", "cid"]:
        await asyncio.to_thread(server.add, name, PASSWORD)
    ann, bob, cid = [await Client(server, name, PASSWORD, "old").login() for name in ["ann", "bob", "cid"]]
    await befriend(ann, bob)
    await ask(ann, "set", f"<query xmlns='jabber:iq:roster'><item jid='bob@{servers.DOMAIN}' name='Bob &amp; Bob'>"
              "<group>Friends</group><group>Work</group></item></query>")
    cid.send_presence_subscription(pto=f"ann@{servers.DOMAIN}")
    await ann.expect("presence_subscribe", lambda stanza: stanza["from"].bare == f"cid@{servers.DOMAIN}")
    await ask(ann, "set", CARD)
    await ask(ann, "set", f"<query xmlns='jabber:iq:private'>{SETTINGS}</query>")
    await ask(ann, "set", "<block xmlns='urn:xmpp:blocking'><item jid='mallory@spam.example'/></block>")
    for node, (item, payload, access) in NODES.items():
        await ask(ann, "set", publication(node, item, payload, access))
    ann.chat(f"bob@{servers.DOMAIN}", "hello ünd <welcome>")
    await bob.expect_message("hello ünd <welcome>")
    bob.chat(f"ann@{servers.DOMAIN}", "hello yourself")
    await ann.expect_message("hello yourself")
    await ann.leave()
    bob.chat(f"ann@{servers.DOMAIN}", "said while you were away")
    # What bob sent is taken when the answer to something behind it is there.
    await bob["xep_0199"].ping(servers.DOMAIN)
    await bob.leave()
    await cid.leave()


async def find(server, is_whole=True):
    """All of it, on the server they moved to; without nodes and archives where the format had none."""
    bob = await Client(server, "bob", PASSWORD, "new").login()
    ann = await Client(server, "ann", PASSWORD, "new").login()
    for client in (ann, bob):
        assert not [event for event, _ in client.seen if event == "failed_auth"], "the first mechanism it picks is good"
    await ann.expect_message("said while you were away")
    await ann.expect("presence_subscribe", lambda stanza: stanza["from"].bare == f"cid@{servers.DOMAIN}")
    item = ann.client_roster[f"bob@{servers.DOMAIN}"]
    assert (item["subscription"], item["name"]) == ("both", "Bob & Bob"), item._state
    assert sorted(item["groups"]) == ["Friends", "Work"], item["groups"]
    await ann.expect("presence_available", lambda stanza: stanza["from"] == bob.boundjid)

    card = await ask(ann, "get", "<vCard xmlns='vcard-temp'/>")
    assert card[0].findtext("{vcard-temp}FN") == "Ann Älter & Co", ET.tostring(card[0])
    settings = await ask(ann, "get", "<query xmlns='jabber:iq:private'><prefs xmlns='some:client'/></query>")
    assert settings[0].findtext("{some:client}prefs/{some:client}sound") == "on", ET.tostring(settings[0])
    blocked = await ask(ann, "get", "<blocklist xmlns='urn:xmpp:blocking'/>")
    assert [entry.get("jid") for entry in blocked[0]] == ["mallory@spam.example"], ET.tostring(blocked[0])

    for node, (item, payload, access) in NODES.items() if is_whole else []:
        asked = f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{node}'/></pubsub>"
        asker, to = (ann, None) if access == "whitelist" else (bob, f"ann@{servers.DOMAIN}")
        answer = await ask(asker, "get", asked, to)
        found = answer[0][0][0]
        assert found.get("id") == item, ET.tostring(answer[0])
        wanted, got = [ET.canonicalize(text) for text in (payload, ET.tostring(found[0], encoding="unicode"))]
        assert ET.fromstring(wanted).attrib == ET.fromstring(got).attrib, (wanted, got)
        assert list(ET.fromstring(wanted).itertext()) == list(ET.fromstring(got).itertext()), (wanted, got)
    refused = f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>"
    with contextlib.suppress(Exception):
        await ask(bob, "get", refused, f"ann@{servers.DOMAIN}")
        raise SystemExit("bob reads the bookmarks of ann")

    talked = ["hello ünd <welcome>", "hello yourself", "said while you were away"]
    if not is_whole:
        talked = []
    assert [message["body"] for _, message in await ann.archive()] == talked
    assert [message["body"] for _, message in await bob.archive(with_jid=ann.boundjid.bare)] == talked
    await ann.leave()
    await bob.leave()


class OldProsody(servers.Prosody):
    """A Prosody with all that people may have there."""

    def configure(self):
        super().configure()
        text = self.config.read_text().replace('"pep",', '"pep", "blocklist", "vcard", "offline", "presence",')
        self.config.write_text(text)

    def sources(self):
        """What is imported, and whether that is everything."""
        return [(self.folder / "data", True)]


LIBRARIES = "/usr/lib/x86_64-linux-gnu"


class OldEjabberd(servers.Server):
    """Debian's, with SQLite behind it. Without Erlang's distribution, so that nothing is left running."""

    kind = "ejabberd"

    def configure(self):
        pem = self.folder / "both.pem"
        pem.write_text((self.folder / "chain.pem").read_text() + (self.folder / "key.pem").read_text())
        modules = ["adhoc", "blocking", "caps", "carboncopy", "client_state", "disco", "last", "offline", "ping", "privacy",
                   "private", "push", "roster", "stream_mgmt", "vcard", "version"]
        (self.folder / "ejabberd.yml").write_text(
            f"""
loglevel: info
hosts: ["{servers.DOMAIN}"]
certfiles: ["{pem}"]
auth_method: sql
auth_password_format: scram
auth_scram_hash: sha
default_db: sql
sql_type: sqlite
sql_database: "{self.folder}/ejabberd.sqlite"
listen:
  - {{port: {self.starttls_port}, ip: "{servers.ADDRESS}", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {self.tls_port}, ip: "{servers.ADDRESS}", module: ejabberd_c2s, tls: true}}
modules:
  mod_mam: {{default: always}}
  mod_pubsub: {{plugins: [flat, pep]}}
"""
            + "".join(f"  mod_{name}: {{}}\n" for name in modules)
        )
        self.query(".read /usr/share/ejabberd/sql/lite.sql")
        self.names = ["ann", "bob", "cid"]

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.names = []

    def erlang(self, expression):
        """A command that starts it and evaluates this when it is there."""
        environment = {"EJABBERD_CONFIG_PATH": self.folder / "ejabberd.yml", "EJABBERD_LOG_PATH": self.folder / "ejabberd.log",
                       "ERL_LIBS": LIBRARIES, "ERL_CRASH_DUMP_BYTES": "0", "HOME": self.folder}
        command = ["env", *(f"{name}={value}" for name, value in environment.items()), "erl", "-noinput", "+K", "true"]
        return command + ["-mnesia", "dir", f'"{self.folder}/mnesia"', "-ejabberd", "quiet", "true", "-s", "ejabberd",
                          "-eval", expression]

    def command(self):
        made = ", ".join(f'ejabberd_auth:try_register(<<"{name}">>, <<"{servers.DOMAIN}">>, <<"{PASSWORD}">>)'
                         for name in self.names)
        return self.erlang(f'{made}, ok = file:write_file("{self.folder}/ready", <<>>).')

    def add(self, name, _):
        """They are made at the start."""
        assert name in self.names
        end = time.monotonic() + servers.START_SECONDS
        while not (self.folder / "ready").exists():
            assert time.monotonic() < end, "ejabberd makes no accounts"
            time.sleep(0.1)

    def query(self, sql):
        """Rows of its database, as text."""
        return self.run("sqlite3", self.folder / "ejabberd.sqlite", sql)

    def sources(self):
        """The dump of its database, and what it exports itself: neither nodes nor archives."""
        dump = self.folder / "dump.sql"
        dump.write_text(self.query(".dump"))
        exported = self.folder / "exported"
        exported.mkdir()
        self.run(*self.erlang(f'timer:sleep(1000), ejabberd_piefxis:export_server("{exported}"), halt(0).'))
        return [(dump, True), (exported, False)]


def prepared(kind, parent, name):
    """A server of its own, in a folder of its own."""
    folder = pathlib.Path(parent) / name
    folder.mkdir()
    return kind(folder, servers.free_port(), servers.free_port(), servers.free_port())


async def move(old_kind, origin):
    """Fills a server of that kind, stops it, imports, and looks."""
    parent = tempfile.mkdtemp(prefix="moving-")
    old, new = prepared(old_kind, parent, "old"), prepared(servers.Folkmoot, parent, "new")
    try:
        await asyncio.to_thread(old.start)
        await fill(old)
        await asyncio.to_thread(old.stop)
        for source, is_whole in await asyncio.to_thread(old.sources):
            shutil.rmtree(new.folder / "data", ignore_errors=True)
            await asyncio.to_thread(come_in, new, origin, source)
            await find(new, is_whole)
            exported = new.folder / "exported.xml"
            exported.unlink(missing_ok=True)
            # Beside the running server.
            await asyncio.to_thread(new.run, *new.command(), "export", "ann", "-o", str(exported))
            text = exported.read_text()
            assert "Bob &amp; Bob" in text and "mallory@spam.example" in text, text
            assert not is_whole or "said while you were away" in text.split("<archive")[1], text
            assert exported.stat().st_mode & 0o077 == 0, "others may read it"
            await asyncio.to_thread(new.stop)
    finally:
        old.stop()
        new.stop()
        shutil.rmtree(parent, ignore_errors=True)


def come_in(new, origin, source):
    """Imports into a server that was never started, first on trial, and starts it."""
    servers.make_certificate(new.folder)
    new.configure()
    arguments = ["import", "--from", origin, str(source)]
    new.account("add", "eve", "--password-stdin", stdin=PASSWORD + "\n")
    told = json.loads(new.run(*new.command(), *arguments, "--dry-run", "--json"))
    assert told["accounts"] == {"would be imported": 3}, told
    text = new.run(*new.command(), *arguments)
    assert "Accounts imported: 3" in text, text
    print(text)
    again = json.loads(new.run(*new.command(), *arguments, "--json"))
    assert again["accounts"] == {"already here": 3}, again
    new.launch()
