"""Opens every page of a running service in Chromium as people do: on a phone and at a desk, by day and by night, in each
language, with scripts and without.

Each page must be usable by everybody (axe-core: nothing serious), wide enough for nothing to be cut off, and load nothing
from elsewhere; the rules must fit on a small phone. Pictures of all of them lie in target/web-pages.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "clients"))

import desk  # noqa: E402
import servers  # noqa: E402
from drivers.webdriver import Chromium, Refused  # noqa: E402

NPM = ROOT / "target" / "web-npm"
PICTURES = ROOT / "target" / "web-pages"
START_SECONDS = 20
JUDGE_SECONDS = 50
PAGES = ["/", "/rules", "/account/", "/account/recover", "/account/export", "/account/delete", "/policies/privacy",
         "/legal", "/nothing-here"]
LANGUAGES = ["en", "de", "fr"]
# Width, height, and whether it is a phone.
PHONE, DESK = (360, 640, True), (1280, 900, False)
CONFIGURATION = """
domain = "localhost"
data = "{folder}/data"
[listen]
starttls = []
tls = []
https = ["{address}:{port}"]
servers = []
servers-tls = []
[web]
url = "https://{address}:{port}"
[certificate]
chain = "{folder}/chain.pem"
key = "{folder}/key.pem"
[contact]
abuse = ["mailto:abuse@example.org", "xmpp:abuse@example.org"]
support = ["xmpp:help@rooms.example.org?join", "https://example.org/help"]
[service]
name = "Kiez-Chat"
language = "de"
since = "2024-05-01"
locations = ["de", "fi"]
[service.description]
de = "Der Plausch im Kiez: betrieben vom Nachbarschaftsverein, für alle zwischen Kanal und Park."
en = "Small talk of a neighbourhood: run by its club, for everybody between canal and park."
[service.rules]
# As long as rules may be.
de = [{rules}]
[service.operator]
name = "Nachbarschaftsverein Kiez e. V."
address = ["Uferstraße 1", "12345 Berlin"]
kind = "non-governmental"
jurisdiction = "de"
[service.backups]
every-hours = 24
kept-days = 30
[[service.processors]]
name = "Rechenzentrum Nord GmbH"
purpose = "Runs the machines on which everything is stored"
country = "fi"
"""
RULES = ["Seid freundlich: Hinter jeder Adresse ist ein Mensch, den ihr nicht seht und nicht kennt."] * 5
RULES += ["Gute Nacht."]
# By how much the page is wider than its window, how large it is, where its content ends, and what it loaded.
MEASURE = """
return { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
         width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight,
         high: document.querySelector('main > :last-child').getBoundingClientRect().bottom,
         loaded: performance.getEntriesByType('resource').map((one) => one.name) };
"""
JUDGE = """
const found = await axe.run(document, { resultTypes: ['violations'] });
return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' ')}`);
"""


class Visitor:
    """Somebody with a browser."""

    def __init__(self, browser, origin):
        self.browser, self.origin = browser, origin
        self.axe = (NPM / "node_modules" / "axe-core" / "axe.min.js").read_text()
        self.wrong = []
        # To judge the longest page takes a browser on a busy machine longer than the usual half minute.
        browser.post(f"{browser.session}/timeouts", script=JUDGE_SECONDS * 1000)

    def devtools(self, command, **parameters):
        """Sends a command of Chromium's own."""
        return self.browser.post(f"{self.browser.session}/goog/cdp/execute", cmd=command, params=parameters)

    def sits_before(self, screen, colours):
        """Uses a screen, by day or by night."""
        width, height, is_phone = screen
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=is_phone)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": colours}])

    def reads(self, path, name):
        """Opens a page, judges it, and takes a picture of it."""
        self.browser.open(f"{self.origin}{path}")
        seen = self.browser.run(MEASURE)
        if seen["wide"] > 0:
            self.wrong.append(f"{name}: {seen['wide']} pixels are cut off")
        self.wrong += [f"{name} loads {one}" for one in seen["loaded"] if not one.startswith(f"{self.origin}/")]
        self.browser.post(f"{self.browser.session}/execute/sync", script=self.axe, args=[])
        self.wrong += [f"{name}: {one}" for one in self.browser.run(JUDGE)]
        self.takes_picture(name, seen)
        return seen

    def reads_without_scripts(self, path, name):
        """Opens a page in a browser that runs none: all is there, for nothing needed one."""
        self.devtools("Emulation.setScriptExecutionDisabled", value=True)
        self.browser.open(f"{self.origin}{path}")
        source = self.browser.call("GET", f"{self.browser.session}/source")
        self.devtools("Emulation.setScriptExecutionDisabled", value=False)
        if "</footer>" not in source or "<script" in source:
            self.wrong.append(f"{name} is not whole without scripts")

    def takes_picture(self, name, seen):
        """Keeps what the page looks like, down to its end."""
        clip = {"x": 0, "y": 0, "width": seen["width"], "height": seen["height"], "scale": 1}
        taken = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))


def visit(visitor, pages):
    """Pages, on all screens."""
    for screen, kind in ((PHONE, "phone"), (DESK, "desk")):
        for colours in ("light", "dark"):
            visitor.sits_before(screen, colours)
            for language in LANGUAGES:
                for path in pages:
                    name = f"{path.strip('/').replace('/', '-') or 'first'}-{language}-{kind}-{colours}"
                    seen = visitor.reads(f"{path}?lang={language}", name)
                    if path == "/rules" and kind == "phone" and seen["high"] > PHONE[1]:
                        visitor.wrong.append(f"{name}: the rules end at {seen['high']} pixels, beyond the screen")
    for path in pages:
        visitor.reads_without_scripts(path, path)


def work(visitor, config, link):
    """What those who run the service do at its desk."""
    for name in ("moritz", "lina"):
        add = [servers.BINARY, "--config", config, "account", "add", name]
        subprocess.run(add, check=True, stdout=subprocess.DEVNULL)
    visitor.sits_before(PHONE, "light")
    desk.comes_first(visitor, link)
    desk.gives_a_role(visitor, "moritz@localhost")
    desk.leaves_and_comes_back(visitor)
    visit(visitor, desk.INSIDE)


def install():
    """Fetches axe-core if it is not there, as its lock file says."""
    if (NPM / "node_modules" / "axe-core" / "axe.min.js").exists():
        return
    NPM.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, NPM)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(NPM)]
    subprocess.run(["npm", "ci", *options], check=True)


def start(folder):
    """A running service, where its pages are, and the link for its first owner."""
    servers.make_certificate(folder)
    rules = ", ".join(json.dumps(rule, ensure_ascii=False) for rule in RULES)
    port = servers.free_port()
    text = CONFIGURATION.format(folder=folder, address=servers.ADDRESS, port=port, rules=rules)
    (folder / "folkmoot.toml").write_text(text)
    command = [servers.BINARY, "--config", folder / "folkmoot.toml", "--json", "serve"]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + START_SECONDS
    while b'"serving"' not in (folder / "log").read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            sys.exit((folder / "log").read_text())
        time.sleep(0.1)
    serving = next(line for line in (folder / "log").read_bytes().splitlines() if b'"serving"' in line)
    return process, f"https://{servers.ADDRESS}:{port}", json.loads(serving)["owner_link"]


def main():
    """Returns the exit code."""
    if not os.access(servers.BINARY, os.X_OK):
        sys.exit(f"{servers.BINARY} is missing: cargo build --release, or name another one in FOLKMOOT_BINARY")
    install()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    visitor = None
    with tempfile.TemporaryDirectory(prefix="folkmoot-web-") as name:
        folder = pathlib.Path(name)
        process, origin, link = start(folder)
        try:
            with Chromium(folder / "chain.pem") as browser:
                visitor = Visitor(browser, origin)
                visit(visitor, PAGES + desk.OUTSIDE)
                work(visitor, folder / "folkmoot.toml", link)
        except Refused as refused:
            sys.exit("\n".join([f"the browser: {refused}", *(visitor.wrong if visitor else [])]))
        finally:
            process.terminate()
            process.wait()
    for wrong in visitor.wrong:
        print(wrong)
    pictures = len(list(PICTURES.iterdir()))
    print(f"{pictures} pictures in {PICTURES}; {len(visitor.wrong)} complaints")
    return 1 if visitor.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
