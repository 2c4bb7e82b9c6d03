"""Chromium without a window, told what to do over the WebDriver protocol: what of it the cases need."""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

# For one command, the longest of which starts the browser.
SECONDS = 60
# What WebDriver calls a reference to an element.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
           "--window-size=1280,900",
           # What a page loads from elsewhere is not looked for.
           "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.*"]


class Refused(Exception):
    """WebDriver answered with an error."""


class Chromium:
    """A browser with one page, which trusts one certificate that nobody signed. A context manager; its methods block."""

    def __init__(self, chain):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chromium-"))
        self.chain = chain
        self.driver = None
        self.base = self.session = ""

    def __enter__(self):
        with open(self.folder / "driver.log", "wb") as log:
            self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=log, text=True,
                                           env=dict(os.environ, TMPDIR=str(self.folder)))
        for line in self.driver.stdout:
            if started := re.search(r"started successfully on port (\d+)", line):
                self.base = f"http://127.0.0.1:{started[1]}"
                break
        options = [*OPTIONS, f"--user-data-dir={self.folder / 'profile'}",
                   f"--ignore-certificate-errors-spki-list={key_fingerprint(self.chain)}"]
        chromium = {"binary": shutil.which("chromium"), "args": options}
        wanted = {"browserName": "chrome", "goog:chromeOptions": chromium, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = f"/session/{self.post('/session', capabilities={'alwaysMatch': wanted})['sessionId']}"
        return self

    def __exit__(self, kind, error, trace):
        try:
            if self.session:
                self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None):
        """Sends a command; returns the value of the answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            told = json.load(error)["value"]
            raise Refused(f"{path}: {told['error']}: {told['message']}") from None

    def post(self, path, **body):
        """Sends a command that changes something."""
        return self.call("POST", path, body)

    def open(self, address):
        """Goes to an address."""
        self.post(f"{self.session}/url", url=address)

    def run(self, script, *arguments):
        """Runs the body of an asynchronous function in the page, and returns what it returns."""
        waiting = ("const done = arguments[arguments.length - 1];"
                   f"(async (...given) => {{ {script} }})(...Array.from(arguments).slice(0, -1))"
                   ".then((value) => done({ value }), (error) => done({ error: String(error?.outerHTML ?? error) }));")
        told = self.post(f"{self.session}/execute/async", script=waiting, args=list(arguments))
        if "error" in told:
            raise Refused(told["error"])
        return told.get("value")

    def find(self, selector):
        """An element, by its CSS selector, as the path of its commands."""
        found = self.post(f"{self.session}/element", using="css selector", value=selector)
        return f"{self.session}/element/{found[ELEMENT]}"

    def types(self, selector, text):
        """Types into an element; a line feed is the enter key."""
        self.post(f"{self.find(selector)}/value", text=text)

    def fills(self, selector, text):
        """Types into a field, in the place of what is there."""
        self.post(f"{self.find(selector)}/clear")
        self.types(selector, text)

    def clicks(self, selector):
        """Clicks on an element."""
        self.post(f"{self.find(selector)}/click")

    def picture(self):
        """What the page looks like, as the bytes of a PNG."""
        return base64.b64decode(self.call("GET", f"{self.session}/screenshot"))

    def console(self):
        """What the page wrote to the console since the last call."""
        entries = self.post(f"{self.session}/se/log", type="browser")
        return "\n".join(entry["message"] for entry in entries)


def key_fingerprint(chain):
    """The certificate's key, as Chromium wants to be told of one that it shall trust."""
    key = subprocess.run(["openssl", "x509", "-in", chain, "-noout", "-pubkey"], check=True, capture_output=True).stdout
    body = b"".join(line for line in key.splitlines() if not line.startswith(b"-----"))
    return base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()
