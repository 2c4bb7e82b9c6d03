"""A client as a web page has it: @xmpp/client of npm, in Node, over WebSocket."""

import asyncio
import json
import os
import pathlib

import packages
import servers

SECONDS = 20


class Page:
    """A page that is logged in to an account. An asynchronous context manager."""

    def __init__(self, server, name, password):
        told = {
            "modules": str(packages.MODULES),
            "service": f"wss://{servers.ADDRESS}:{server.https_port}/xmpp-websocket",
            "domain": servers.DOMAIN,
            "username": name,
            "password": password,
        }
        self.environment = dict(os.environ, PAGE=json.dumps(told), NODE_EXTRA_CA_CERTS=str(server.chain))
        self.program = pathlib.Path(__file__).with_name("web_library.mjs")
        self.process = None

    async def __aenter__(self):
        # Node has WebSocket behind this until version 22, and allows the word after.
        command = ["node", "--experimental-websocket", str(self.program)]
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=self.environment)
        return self

    async def __aexit__(self, kind, error, trace):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def tell(self, line):
        """Has the page do something."""
        self.process.stdin.write(line.encode() + b"\n")

    async def expect(self, start):
        """The next line that starts like this; what comes before it is passed over."""
        async with asyncio.timeout(SECONDS):
            while line := (await self.process.stdout.readline()).decode().rstrip("\n"):
                print(f"the page: {line}", flush=True)
                if line.startswith(start):
                    return line
        raise AssertionError(f"the page ended without {start!r}")

    async def stop(self):
        """Closes the stream and ends in peace."""
        self.tell("stop")
        async with asyncio.timeout(SECONDS):
            code = await self.process.wait()
        assert code == 0, code
