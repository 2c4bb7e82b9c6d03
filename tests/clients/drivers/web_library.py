"""A client as a web page has it: @xmpp/client of npm, in Node, over WebSocket."""

import asyncio
import itertools
import json
import os
import pathlib
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

import packages
import servers
from drivers.witness import SECONDS, Witness
from registry import PASSWORD

STANZAS = ("message", "presence", "iq")


class Refused(Exception):
    """A request was answered with this condition."""


class Page(Witness):
    """A page that will be logged in to an account. An asynchronous context manager."""

    def __init__(self, server, name, password=PASSWORD):
        super().__init__(f"{servers.address(name)}/browser")
        told = {
            "modules": str(packages.MODULES),
            "service": f"wss://{servers.ADDRESS}:{server.https_port}/xmpp-websocket",
            "domain": servers.DOMAIN,
            "username": name,
            "password": password,
        }
        self.environment = dict(os.environ, PAGE=json.dumps(told), NODE_EXTRA_CA_CERTS=str(server.chain))
        self.program = pathlib.Path(__file__).with_name("web_library.mjs")
        self.process = self.reading = None
        self.numbers = itertools.count(1)
        self.jid = ""

    async def __aenter__(self):
        # Node has WebSocket behind this until version 22, and allows the word after.
        command = ["node", "--experimental-websocket", str(self.program)]
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=self.environment)
        self.reading = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, kind, error, trace):
        self.reading.cancel()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def read(self):
        """Remembers what the page tells, stanzas as trees."""
        while line := await self.process.stdout.readline():
            event, *what = json.loads(line)
            if event in STANZAS:
                what = [ElementTree.fromstring(what[0])]
            elif event == "online":
                self.jid = what[0]
            self.note(event, what[0] if len(what) == 1 else what)
        self.note("ended", None)

    def tell(self, command, **told):
        """Has the page do something."""
        self.process.stdin.write(json.dumps({"command": command, **told}).encode() + b"\n")

    def send(self, element):
        """Sends a stanza, which is given as text."""
        self.tell("send", element=element)

    def chat(self, to, body):
        """Sends a message."""
        self.send(f"<message to='{to}' type='chat'><body>{escape(body)}</body></message>")

    def presence(self, kind, to):
        """Sends a presence of this kind to an address."""
        self.send(f"<presence type='{kind}' to='{to}'/>")

    async def ask(self, kind, payload, to=None):
        """Sends a request; returns the answer as a tree."""
        number = next(self.numbers)
        address = f" to='{to}'" if to else ""
        self.tell("ask", number=number, element=f"<iq type='{kind}'{address}>{payload}</iq>")
        answers = ("answer", "refused")
        while not any(event in answers and what[0] == number for event, what in self.seen):
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), SECONDS)
        [found] = [one for one in self.seen if one[0] in answers and one[1][0] == number]
        self.seen.remove(found)
        event, (_, text) = found
        if event == "refused":
            raise Refused(text)
        return ElementTree.fromstring(text)

    async def login(self):
        """Logs in, turns carbons on, becomes available."""
        self.tell("start")
        await self.expect("online")
        await self.ask("set", "<enable xmlns='urn:xmpp:carbons:2'/>")
        self.send("<presence/>")
        await self.expect("presence", lambda presence: presence.get("from") == self.jid)
        return self

    async def expect_message(self, body):
        """Waits for a message with this body, its own or a copy's; returns the whole."""
        return await self.expect("message", lambda message: body in bodies(message))

    async def leave(self):
        """Closes the stream and ends in peace."""
        self.tell("leave")
        await self.expect("status", lambda status: status == "offline")
        self.process.stdin.close()
        code = await asyncio.wait_for(self.process.wait(), SECONDS)
        assert code == 0, code


def bodies(stanza):
    """The bodies in a message, and in what it carries."""
    return [body.text for body in stanza.iter("{jabber:client}body")]
