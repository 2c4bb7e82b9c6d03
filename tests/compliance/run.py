#!/usr/bin/env python3
"""Asks Debian's Prosody and ejabberd what `folkmoot check --as compliance` asks ours: that the probes are fair, and
what others have.

    tests/compliance/run.py                 both, with target/release/folkmoot
    tests/compliance/run.py prosody         one of them

Another binary is taken from the variable FOLKMOOT_BINARY. Each server is configured with whatever it has for the suites
(XEP-0479), on an address of its own. Prints the rows that do not pass, with their reason; ends with 1 if a server
cannot be asked at all, whatever its rows say: they are about the others.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))

import servers  # noqa: E402: it lies in the folder beside

BINARY = pathlib.Path(os.environ.get("FOLKMOOT_BINARY") or ROOT / "target" / "release" / "folkmoot")
ADDRESS, DOMAIN = "127.0.68.1", "localhost"
STARTTLS, TLS, HTTPS, COMPONENTS = 5222, 5223, 5443, 5347
NAMES, PASSWORD = ("alice", "bob"), "correct horse battery"
START_SECONDS, ASK_SECONDS = 30, 600
LIBRARIES = "/usr/lib/x86_64-linux-gnu"


def prosody(folder):
    """Its configuration, the commands that make accounts, and the one that starts it."""
    config = folder / "prosody.cfg.lua"
    modules = ["roster", "saslauth", "tls", "disco", "private", "carbons", "smacks", "mam", "ping", "version", "time", "csi",
               "csi_simple", "pep", "blocklist", "vcard4", "vcard_legacy", "bookmarks", "offline", "bosh", "websocket",
               "external_services", "turn_external"]
    config.write_text(f"""
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
interfaces = {{ "{ADDRESS}" }}
c2s_ports = {{ {STARTTLS} }}
c2s_direct_tls_ports = {{ {TLS} }}
http_ports = {{ }}
https_ports = {{ {HTTPS} }}
https_interfaces = {{ "{ADDRESS}" }}
component_ports = {{ {COMPONENTS} }}
component_interfaces = {{ "{ADDRESS}" }}
modules_enabled = {{ {", ".join(f'"{name}"' for name in modules)} }}
modules_disabled = {{ "s2s" }}
authentication = "internal_hashed"
turn_external_host = "turn.{DOMAIN}"
turn_external_secret = "known to the relay"
ssl = {{ certificate = "{folder}/chain.pem", key = "{folder}/key.pem" }}
https_ssl = {{ certificate = "{folder}/chain.pem", key = "{folder}/key.pem" }}
log = {{ info = "*console" }}
VirtualHost "{DOMAIN}"
Component "rooms.{DOMAIN}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_log_by_default = true
Component "upload.{DOMAIN}" "http_file_share"
  http_host = "{DOMAIN}"
Component "gateway.{DOMAIN}"
  component_secret = "known to the gateway"
""")
    (folder / "data").mkdir()
    making = [["prosodyctl", "--root", "--config", str(config), "register", name, DOMAIN, PASSWORD] for name in NAMES]
    return making, ["prosody", "-F", "--config", str(config)]


def ejabberd(folder):
    """The same. It makes the accounts itself when it is there, and runs without Erlang's distribution, so that nothing is
    left running."""
    pem = folder / "both.pem"
    pem.write_text((folder / "chain.pem").read_text() + (folder / "key.pem").read_text())
    modules = ["adhoc", "blocking", "bosh", "caps", "carboncopy", "client_state", "conversejs", "disco", "last", "offline", "ping",
               "privacy", "private", "push", "roster", "stream_mgmt", "vcard", "vcard_xupdate", "version", "avatar"]
    (folder / "ejabberd.yml").write_text(
        f"""
loglevel: info
hosts: ["{DOMAIN}"]
certfiles: ["{pem}"]
auth_password_format: scram
acl: {{local: {{user_regexp: ""}}}}
access_rules: {{local: {{allow: local}}}}
listen:
  - {{port: {STARTTLS}, ip: "{ADDRESS}", module: ejabberd_c2s, starttls_required: true}}
  - {{port: {TLS}, ip: "{ADDRESS}", module: ejabberd_c2s, tls: true}}
  - {{port: {HTTPS}, ip: "{ADDRESS}", module: ejabberd_http, tls: true, request_handlers: {{
      /xmpp-websocket: ejabberd_http_ws, /ws: ejabberd_http_ws, /http-bind: mod_bosh, /upload: mod_http_upload,
      /.well-known/host-meta: mod_host_meta, /.well-known/host-meta.json: mod_host_meta}}}}
  - {{port: {COMPONENTS}, ip: "{ADDRESS}", module: ejabberd_service, hosts: {{
      "gateway.{DOMAIN}": {{password: "known to the gateway"}}}}}}
modules:
  mod_mam: {{default: always}}
  mod_muc: {{host: "rooms.{DOMAIN}", default_room_options: {{mam: true}}}}
  mod_host_meta:
    bosh_service_url: "https://{ADDRESS}:{HTTPS}/http-bind"
    websocket_url: "wss://{ADDRESS}:{HTTPS}/xmpp-websocket"
  mod_http_upload: {{docroot: "{folder}/files", put_url: "https://{ADDRESS}:{HTTPS}/upload"}}
  mod_pubsub: {{plugins: [flat, pep], force_node_config: {{"storage:bookmarks": {{access_model: whitelist}}}}}}
  mod_stun_disco: {{secret: "known to the relay", services: [{{host: 127.0.68.9, port: 3478, type: turn}}]}}
"""
        + "".join(f"  mod_{name}: {{}}\n" for name in modules)
    )
    made = ", ".join(f'ejabberd_auth:try_register(<<"{name}">>, <<"{DOMAIN}">>, <<"{PASSWORD}">>)' for name in NAMES)
    environment = {"EJABBERD_CONFIG_PATH": folder / "ejabberd.yml", "EJABBERD_LOG_PATH": folder / "ejabberd.log",
                   "ERL_LIBS": LIBRARIES, "ERL_CRASH_DUMP_BYTES": "0", "HOME": folder}
    command = ["env", *(f"{name}={value}" for name, value in environment.items()), "erl", "-noinput", "+K", "true"]
    command += ["-mnesia", "dir", f'"{folder}/mnesia"', "-ejabberd", "quiet", "true", "-s", "ejabberd"]
    return [], command + ["-eval", f'{made}, ok = file:write_file("{folder}/ready", <<>>).']


def is_there(process):
    """Waits until somebody listens."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        done = subprocess.run(["bash", "-c", f"exec 3<>/dev/tcp/{ADDRESS}/{HTTPS}"], capture_output=True, check=False)
        if done.returncode == 0:
            # The accounts of ejabberd are made behind that.
            time.sleep(2)
            return True
        time.sleep(0.2)
    return False


def rows(folder):
    """What `folkmoot check --as compliance` says, a record for each row."""
    command = [BINARY, "--json", "check", "--as", "compliance", "--host", f"{ADDRESS}:{STARTTLS}", "--tls", f"{ADDRESS}:{TLS}"]
    command += ["--https", f"{ADDRESS}:{HTTPS}", "--component", f"{ADDRESS}:{COMPONENTS}", "--password-stdin"]
    for name in NAMES:
        command += ["--jid", f"{name}@{DOMAIN}"]
    done = subprocess.run(command, input=f"{PASSWORD}\n" * len(NAMES), capture_output=True, text=True, cwd=folder,
                          timeout=ASK_SECONDS, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    found = [row for row in found if "document" in row]
    if not found:
        sys.exit(f"nothing was asked:\n{done.stdout}{done.stderr}")
    return found


def ask(name, prepare):
    """Starts a server, asks for every row, ends it; returns whether it could be asked."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="compliance-"))
    try:
        servers.make_certificate(folder)
        making, command = prepare(folder)
        for made in making:
            subprocess.run(made, check=True, capture_output=True, timeout=START_SECONDS)
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            if not is_there(process):
                print(f"{name} does not start:\n{(folder / 'log').read_text(errors='replace')}")
                return False
            found = rows(folder)
        finally:
            process.terminate()
            process.wait(15)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    passed = [row for row in found if row["verdict"] == "passed"]
    print(f"{name}: {len(passed)} of {len(found)} rows pass")
    for row in found:
        if row["verdict"] != "passed":
            print(f"  {row['document']} ({row['suite']}): {row['verdict']}: {row['came']}")
    return True


def main():
    """Asks those that are named, or both."""
    known = {"prosody": prosody, "ejabberd": ejabberd}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*known, []], metavar="SERVER", help="prosody or ejabberd; both without one")
    chosen = parser.parse_args().names or known
    return 0 if all([ask(name, known[name]) for name in chosen]) else 1


if __name__ == "__main__":
    sys.exit(main())
