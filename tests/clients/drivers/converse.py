"""Converse in Chromium: the client of many web pages, as a person sees it."""

import asyncio
import http.server
import json
import pathlib
import threading

import packages
import servers
from drivers.webdriver import Chromium
from registry import PASSWORD

SECONDS = 20
PAGE = pathlib.Path(__file__).with_name("converse.html")
LOOK_SECONDS = 0.1


class Converse:
    """A page with Converse, and an account that will log in. An asynchronous context manager."""

    def __init__(self, server, name, **settings):
        self.address = servers.address(name)
        self.settings = {
            "websocket_url": f"wss://{servers.ADDRESS}:{server.https_port}/xmpp-websocket",
            "discover_connection_methods": False,
            "assets_path": "/dist/",
            "i18n": "en",
            "loglevel": "debug",
            "play_sounds": False,
            "show_desktop_notifications": False,
            "persistent_store": "localStorage",
            **settings,
        }
        self.chromium = Chromium(server.chain)
        self.web = None

    async def __aenter__(self):
        self.web = serve(self.settings)
        await asyncio.to_thread(self.chromium.__enter__)
        await self.do("open", f"http://{servers.ADDRESS}:{self.web.server_port}/")
        return self

    async def __aexit__(self, kind, error, trace):
        if error is not None:
            print(f"Converse's console:\n{await self.do('console')}\nthe page at the end:\n{await self.text()}")
        await asyncio.to_thread(self.chromium.__exit__, kind, error, trace)
        self.web.shutdown()
        self.web.server_close()

    async def do(self, command, *arguments):
        """A command of Chromium's."""
        return await asyncio.to_thread(getattr(self.chromium, command), *arguments)

    async def run(self, script, *arguments):
        """Runs the body of a function in the page, which finds Converse as `own` and what it is given as `given`."""
        return await self.do("run", script, *arguments)

    async def until(self, what, script, *arguments, seconds=SECONDS):
        """Waits until a script returns something true, which it returns; says what it waited for."""
        for _ in range(int(seconds / LOOK_SECONDS)):
            if found := await self.run(script, *arguments):
                return found
            await asyncio.sleep(LOOK_SECONDS)
        raise AssertionError(f"Converse: after {seconds} s not {what}")

    async def text(self):
        """What the page shows, as text."""
        return await self.run("return document.body.innerText")

    async def shows(self, text, within="body"):
        """Waits until the page, or an element of it, shows a text."""
        script = "return [...document.querySelectorAll(given[1])].some((one) => one.innerText.includes(given[0]))"
        await self.until(f"shown {text!r}", script, text, within)

    async def there(self, selector):
        """Waits until there is an element, and a person could see it."""
        await self.until(f"there: {selector}", "return document.querySelector(given[0])?.checkVisibility()", selector)

    async def clicks(self, selector):
        """Clicks on an element, once it is there."""
        await self.there(selector)
        await self.do("clicks", selector)

    async def log_in(self, password=PASSWORD):
        """Fills in the form, as a person does."""
        await self.there("input[name=jid]")
        await self.do("fills", "input[name=jid]", self.address)
        await self.do("fills", "input[name=password]", password + "\n")

    async def login(self):
        """Logs in, and waits until contacts are there and others see this client."""
        await self.log_in()
        await self.until("logged in", "return own?.state?.roster && own.api.connection.connected()")
        await self.run("await own.api.waitUntil('rosterContactsFetched')")
        await self.run("await own.api.waitUntil('statusInitialized')")
        return self

    async def open_chat(self, bare):
        """Opens the conversation with somebody."""
        await self.run("await own.api.chats.open(given[0], {}, true)", bare)
        await self.there("textarea.chat-textarea")

    async def say(self, text):
        """Types into the open conversation."""
        await self.do("types", "textarea.chat-textarea", text + "\n")


def serve(settings):
    """A web server for the page, what Converse loads, and its settings, on a thread of its own."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        """Serves the files of Converse's package, and the two that are ours."""

        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(packages.MODULES / "converse.js"))

        def do_GET(self):
            """Ours, or the package's."""
            if self.path == "/":
                self.answer("text/html", PAGE.read_bytes())
            elif self.path == "/settings.json":
                self.answer("application/json", json.dumps(settings).encode())
            else:
                super().do_GET()

        def answer(self, kind, body):
            """Sends a whole file."""
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Says nothing of what went well."""

    web = http.server.ThreadingHTTPServer((servers.ADDRESS, 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    return web
