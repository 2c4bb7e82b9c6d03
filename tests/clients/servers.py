"""The server under test: Folkmoot, or Prosody to prove the cases themselves.

A server is a record that the process of a case can be handed as JSON; only `run.py` starts and stops
one.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("FOLKMOOT_BINARY") or ROOT / "target" / "release" / "folkmoot")
DOMAIN = "localhost"
# A loopback address of our own: a server that runs on this machine for other reasons is not met.
ADDRESS = "127.0.66.1"
# Who may run the service.
ADMIN = "chief"
# What the service shares with a TURN server.
TURN_SECRET = "known to the relay"
START_SECONDS = 20
COMMAND_SECONDS = 30


# Where nodes are that belong to nobody's account.
NODES = f"pubsub.{DOMAIN}"


def room(name):
    """The address of a room."""
    return f"{name}@rooms.{DOMAIN}"


def address(name):
    """The bare address of an account."""
    return f"{name}@{DOMAIN}"


class Refused(Exception):
    """A command of the server ended with an exit code other than 0."""


def free_port():
    """A port of our address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def make_certificate(folder):
    """A certificate for the domain that the cases trust, so that they check it as people do."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "30", "-subj", f"/CN={DOMAIN}", "-addext", f"subjectAltName=DNS:{DOMAIN},IP:{ADDRESS}"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "chain.pem")]
    subprocess.run(command, check=True, capture_output=True)


class Server:
    """What both have: a folder, three ports, a process, a log."""

    kind = ""

    def __init__(self, folder, starttls_port, tls_port, https_port, pid=None):
        self.folder = pathlib.Path(folder)
        self.starttls_port = starttls_port
        self.tls_port = tls_port
        self.https_port = https_port
        self.pid = pid
        self.process = None

    @property
    def chain(self):
        """The certificate that clients trust."""
        return self.folder / "chain.pem"

    @property
    def log(self):
        """What the server wrote."""
        return self.folder / "server.log"

    def to_json(self):
        """For the process of a case."""
        fields = {"folder": str(self.folder), "starttls_port": self.starttls_port, "tls_port": self.tls_port}
        fields["https_port"] = self.https_port
        return json.dumps({"kind": self.kind, "pid": self.pid, **fields})

    def start(self):
        """Writes the configuration, starts the process, waits until it listens."""
        make_certificate(self.folder)
        self.configure()
        self.launch()

    def launch(self):
        """Starts the process on what is configured."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.pid = self.process.pid
        end = time.monotonic() + START_SECONDS
        for port in (self.starttls_port, self.tls_port):
            while not self.listens_on(port):
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log.read_text()}")
                if time.monotonic() > end:
                    raise RuntimeError(f"nobody listens on port {port} after {START_SECONDS} s:\n{self.log.read_text()}")
                time.sleep(0.05)

    @staticmethod
    def listens_on(port):
        """Whether a connection is taken."""
        try:
            socket.create_connection((ADDRESS, port), timeout=1).close()
            return True
        except OSError:
            return False

    def renew_certificate(self):
        """Puts another certificate in the place of the old one, and tells the server to look."""
        make_certificate(self.folder)
        os.kill(self.pid, signal.SIGHUP)

    def stop(self):
        """Ends the process in good order; returns its exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "killed: SIGTERM did not end it in 15 s"

    def run(self, *command, stdin=None):
        """Runs a command of the server and returns what it printed."""
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
        if done.returncode != 0:
            raise Refused(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


class Folkmoot(Server):
    """Ours."""

    kind = "folkmoot"

    @property
    def config(self):
        """The configuration file."""
        return self.folder / "folkmoot.toml"

    def configure(self, mode="invite"):
        self.config.write_text(
            f'domain = "{DOMAIN}"\ndata = "data"\nadmins = ["{ADMIN}@{DOMAIN}"]\n'
            f'[listen]\nstarttls = ["{ADDRESS}:{self.starttls_port}"]\ntls = ["{ADDRESS}:{self.tls_port}"]\n'
            f'https = ["{ADDRESS}:{self.https_port}"]\n'
            f'[upload]\nurl = "https://{ADDRESS}:{self.https_port}"\n'
            f'[certificate]\nchain = "chain.pem"\nkey = "key.pem"\n[log]\nlevel = "debug"\n'
            f'[contact]\nabuse = ["mailto:abuse@{DOMAIN}"]\n'
            f'[sign-up]\nmode = "{mode}"\n[limits]\nsign-ups-per-address = 100\ninviter-days = 0\n'
            f'[[external]]\ntype = "turn"\nhost = "turn.{DOMAIN}"\nsecret-file = "turn.secret"\n'
        )
        (self.folder / "turn.secret").write_text(TURN_SECRET + "\n")

    def command(self):
        return [str(BINARY), "--config", str(self.config)]

    @contextlib.contextmanager
    def letting_in(self, mode):
        """For a while strangers get accounts by another mode."""
        self.reload(mode)
        try:
            yield
        finally:
            self.reload("invite")

    def reload(self, mode):
        """Has the configuration read again, and waits until it was."""
        before = self.log.read_text().count("the configuration was read again")
        self.configure(mode)
        os.kill(self.pid, signal.SIGHUP)
        end = time.monotonic() + START_SECONDS
        while self.log.read_text().count("the configuration was read again") == before:
            if time.monotonic() > end:
                raise RuntimeError("the configuration was not read again")
            time.sleep(0.05)

    def invite(self, *arguments):
        """`folkmoot invite create …`; returns the token."""
        report = self.run(*self.command(), "invite", "create", *arguments, "--json")
        return json.loads(report)["link"].partition("preauth=")[2].partition(";")[0]

    def account(self, *arguments, stdin=None):
        """`folkmoot account …`"""
        return self.run(*self.command(), "account", *arguments, stdin=stdin)

    def add(self, name, password):
        """Makes an account."""
        self.account("add", name, "--password-stdin", stdin=password + "\n")

    def set_password(self, name, password):
        """Sets a password; ends the sessions."""
        self.account("passwd", name, "--password-stdin", stdin=password + "\n")

    def disable(self, name):
        """Lets nobody log in."""
        self.account("disable", name)

    def enable(self, name):
        """Undoes `disable`."""
        self.account("enable", name)

    def delete(self, name):
        """Erases an account."""
        return self.account("delete", name, "--yes", "--json")


class Prosody(Server):
    """Debian's. If a case fails with it too, the case is at fault."""

    kind = "prosody"

    @property
    def config(self):
        """The configuration file."""
        return self.folder / "prosody.cfg.lua"

    def configure(self):
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "modules").mkdir(exist_ok=True)
        # Profanity 0.13 looks for archives on the domain, where Prosody does not announce them.
        (self.folder / "modules" / "mod_mam_on_domain.lua").write_text('module:add_feature("urn:xmpp:mam:2")\n')
        self.config.write_text(f"""
run_as_root = true
pidfile = "{self.folder}/prosody.pid"
data_path = "{self.folder}/data"
plugin_paths = {{ "{self.folder}/modules" }}
interfaces = {{ "{ADDRESS}" }}
c2s_ports = {{ {self.starttls_port} }}
c2s_direct_tls_ports = {{ {self.tls_port} }}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "private", "carbons", "smacks", "mam", "ping", "version",
  "time", "csi_simple", "admin_shell", "pep", "mam_on_domain" }}
modules_disabled = {{ "s2s" }}
authentication = "internal_hashed"
archive_expires_after = "1d"
default_archive_policy = true
c2s_require_encryption = true
ssl = {{ certificate = "{self.folder}/chain.pem", key = "{self.folder}/key.pem" }}
log = {{ debug = "*console" }}
VirtualHost "{DOMAIN}"
Component "rooms.{DOMAIN}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_log_by_default = true
""")

    def command(self):
        return ["prosody", "-F", "--config", str(self.config)]

    def control(self, *arguments):
        """`prosodyctl …`"""
        return self.run("prosodyctl", "--root", "--config", str(self.config), *arguments)

    def add(self, name, password):
        """Makes an account."""
        self.control("register", name, DOMAIN, password)

    def set_password(self, name, password):
        """Sets a password and ends the sessions, which Prosody does not do by itself."""
        self.control("shell", f'user:password("{name}@{DOMAIN}", "{password}")')
        self.control("shell", f'c2s:close("{name}@{DOMAIN}")')

    def delete(self, name):
        """Erases an account."""
        return self.control("shell", f'user:delete("{name}@{DOMAIN}")')


KINDS = {"folkmoot": Folkmoot, "prosody": Prosody}


def from_json(text):
    """A server that another process started."""
    fields = json.loads(text)
    return KINDS[fields.pop("kind")](**fields)


def from_environment():
    """The server that `run.py` tells a case of."""
    return from_json(os.environ["SERVER_UNDER_TEST"])
