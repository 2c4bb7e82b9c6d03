"""Installs the clients that come from PyPI and npm, at the versions that were tried, into the target folder.

What comes from Debian is installed by `cargo xtask test`; this says what is missing of it.
"""

import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
VENV = ROOT / "target" / "clients-venv"
PYTHON = VENV / "bin" / "python"
NPM = ROOT / "target" / "clients-npm"
MODULES = NPM / "node_modules"
# The one that Debian's PyGObject is for; another Python of one's own does not see it.
DEBIAN_PYTHON = "/usr/bin/python3"
DEBIAN = {
    "openssl": "openssl",
    "tmux": "tmux",
    "profanity": "profanity",
    "node": "nodejs",
    "npm": "npm",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
    "prosody": "prosody",
    "erl": "ejabberd",
    "sqlite3": "sqlite3",
}
INTROSPECTION = "import gi, cairo; gi.require_version('Soup', '3.0')"


def require_debian():
    """Ends with advice when something of Debian's is missing."""
    missing = [package for program, package in DEBIAN.items() if shutil.which(program) is None]
    if subprocess.run([DEBIAN_PYTHON, "-c", INTROSPECTION], check=False, capture_output=True).returncode != 0:
        missing += ["python3-gi", "python3-cairo", "gir1.2-soup-3.0", "glib-networking"]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}. Debian: apt-get install {' '.join(missing)}")


def ensure_python():
    """Runs this program under the Python that has the clients of PyPI, making it if it is missing or old."""
    if not is_current("requirements.txt", VENV):
        print(f"installing {', '.join(pinned())} from PyPI into {VENV}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([DEBIAN_PYTHON, "-m", "venv", "--system-site-packages", VENV], check=True)
        install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--requirement", HERE / "requirements.txt"], check=True)
        shutil.copy(HERE / "requirements.txt", VENV)
    if pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def ensure_npm():
    """Installs the clients of npm if they are missing or old."""
    if is_current("package-lock.json", MODULES):
        return
    print(f"installing @xmpp/client and converse.js from npm into {NPM}", flush=True)
    NPM.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, NPM)
    # No program of a package runs: the clients need none to be installed.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", NPM]
    subprocess.run(["npm", "ci", *options], check=True)
    shutil.copy(HERE / "package-lock.json", MODULES)


def is_current(name, folder):
    """Whether what is in the folder was installed from the list as it is now; a copy of it is left there."""
    left = folder / name
    return left.exists() and filecmp.cmp(HERE / name, left, shallow=False)


def pinned():
    """The clients of PyPI with their versions: what stands before the first empty line."""
    head = (HERE / "requirements.txt").read_text().split("\n\n")[0]
    return re.findall(r"^\w+==\S+", head, re.MULTILINE)
