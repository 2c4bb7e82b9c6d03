#!/usr/bin/env python3
"""Runs gateways beside Folkmoot on the loopback: biboumi with an IRC server, and a privileged component by slixmpp.

    tests/components/run.py     all cases, against target/release/folkmoot

Another binary is taken from the variable FOLKMOOT_BINARY. Prints `ok NAME` or `FAILED NAME` for each case, and
`N passed, N failed`.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "federation"))
import lab  # noqa: E402

VENV = lab.ROOT / "target" / "clients-venv"
PYTHON = VENV / "bin" / "python"
# Addresses of our own: servers that run on this machine for other reasons are not met.
OURS, IRC = "127.0.76.1", "127.0.76.2"
CLIENTS_PORT, COMPONENTS_PORT, IRC_PORT = 5222, 5347, 6667
DOMAIN = "home.example"
PEOPLE = ["alice", "bob"]
SECRET = "known to both"
CASES = ["irc", "privileges", "restart", "strangers"]


def require_programs():
    """Ends with advice when a program is missing."""
    wanted = {"openssl": "openssl", "biboumi": "biboumi", "ngircd": "ngircd"}
    missing = [package for program, package in wanted.items() if shutil.which(program, path="/usr/sbin:/usr/bin:/bin") is None]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}. Debian: apt-get install {' '.join(missing)}")
    if not lab.BINARY.exists():
        sys.exit(f"{lab.BINARY} is not there; build it: cargo build --release")


def ensure_slixmpp():
    """Makes the Python that has it, if it is missing."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import slixmpp"], check=False, capture_output=True).returncode == 0:
        return
    print(f"installing slixmpp from PyPI into {VENV}", flush=True)
    venv.create(VENV, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "slixmpp"], check=True)


def configure(folder):
    """Writes the configuration of our server, with two components, and returns its file."""
    secret = folder / "component.secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    config = folder / "home.toml"
    # What the manual of slidge asks for.
    rights = ('{ roster = "both", message = "outgoing", iq = { "http://jabber.org/protocol/pubsub" = "both", '
              '"http://jabber.org/protocol/pubsub#owner" = "set" } }')
    config.write_text(f"""domain = "{DOMAIN}"
[listen]
starttls = ["{OURS}:{CLIENTS_PORT}"]
tls = []
https = []
components = ["{OURS}:{COMPONENTS_PORT}"]
[certificate]
chain = "{DOMAIN}.pem"
key = "{DOMAIN}.key"
[federation]
with = "nobody"
[log]
level = "debug"
[[component]]
domain = "irc.{DOMAIN}"
secret-file = "component.secret"
[[component]]
domain = "sms.{DOMAIN}"
secret-file = "component.secret"
privileges = {rights}
""")
    return config


def folkmoot(folder, config):
    """Our server, when it listens."""
    process = lab.Process(folder, "folkmoot", lab.BINARY, "--config", config)
    try:
        process.wait_for(OURS, COMPONENTS_PORT)
    except RuntimeError:
        process.stop()
        raise
    return process


def ngircd(folder):
    """An IRC server for this machine alone."""
    config = folder / "ngircd.conf"
    config.write_text(f"""[Global]
Name = irc.example
Info = Lab
Listen = {IRC}
Ports = {IRC_PORT}
ServerUID = {"irc" if shutil.which("ngircd", path="/usr/sbin") else "nobody"}
[Limits]
MaxConnectionsIP = 0
[Options]
DNS = no
Ident = no
PAM = no
""")
    config.chmod(0o644)
    process = lab.Process(folder, "ngircd", "/usr/sbin/ngircd", "-n", "-f", config)
    process.wait_for(IRC, IRC_PORT)
    return process


def biboumi(folder):
    """The gateway to IRC; it connects again when our server was away."""
    config = folder / "biboumi.cfg"
    config.write_text(f"hostname=irc.{DOMAIN}\npassword={SECRET}\nxmpp_server_ip={OURS}\nport={COMPONENTS_PORT}\n"
                      f"db_name={folder}/biboumi.sqlite\nlog_level=0\npolicy_directory={folder}\n")
    return lab.Process(folder, "biboumi", "biboumi", config)


def play(case, folder, program):
    """Runs a case; returns whether it went well. `program` stops and starts our server."""
    facts = {"domain": DOMAIN, "host": OURS, "port": CLIENTS_PORT, "components": COMPONENTS_PORT, "secret": SECRET,
             "root": str(folder / "ca.pem"), "irc": IRC, "people": PEOPLE}
    script = pathlib.Path(__file__).with_name("gateways.py")
    # On each line that it writes, our server is started again.
    command = [str(PYTHON), str(script), case, json.dumps(facts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as played:
        said = []
        for line in played.stdout:
            if line.strip() == "RESTART":
                program.restart()
                played.stdin.write("done\n")
                played.stdin.flush()
            else:
                said.append(line)
        is_good = played.wait(60) == 0
    print(f"{'ok' if is_good else 'FAILED'} {case}", flush=True)
    if not is_good:
        print("".join(said), flush=True)
    return is_good


class Program:
    """Our server, which can be started again."""

    def __init__(self, folder, config):
        self.folder, self.config = folder, config
        self.process = folkmoot(folder, config)

    def restart(self):
        """Ends it in good order and starts it again."""
        self.process.stop()
        self.process = folkmoot(self.folder, self.config)


def main():
    """All cases."""
    require_programs()
    ensure_slixmpp()
    chosen = sys.argv[1:] or CASES
    results = []
    with tempfile.TemporaryDirectory(prefix="folkmoot-components-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        authority = lab.Authority(folder)
        authority.issue(DOMAIN)
        config = configure(folder)
        for person in PEOPLE:
            lab.run(lab.BINARY, "--config", config, "account", "add", person, "--password-stdin", input="secret\n")
        running = []
        program = Program(folder, config)
        try:
            running += [ngircd(folder), biboumi(folder)]
            results = [play(case, folder, program) for case in chosen]
        finally:
            for process in [*reversed(running), program.process]:
                process.stop()
            if not all(results) or not results:
                for log in sorted(folder.glob("*.log")):
                    print(f"--- {log.name}\n{log.read_text(errors='replace')[-6000:]}", flush=True)
    passed = sum(results)
    print(f"{passed} passed, {len(results) - passed} failed")
    sys.exit(0 if passed == len(results) else 1)


if __name__ == "__main__":
    main()
