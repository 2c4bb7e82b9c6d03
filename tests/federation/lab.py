"""The lab: a signing name server, a throw-away authority, and Debian's Prosody with good and bad certificates."""

import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("FOLKMOOT_BINARY") or ROOT / "target" / "release" / "folkmoot")
# Addresses of our own: servers that run on this machine for other reasons are not met.
NAMES, RESOLVER, NOBODY = "127.0.67.53", "127.0.67.54", "127.0.67.9"
PROSODY, EJABBERD, OURS, NEIGHBOUR = "127.0.67.2", "127.0.67.3", "127.0.67.1", "127.0.67.4"
NAMES_PORT, STARTTLS_PORT, TLS_PORT, CLIENTS_PORT = 5353, 5269, 5270, 5222
# The zone `example` is signed; below it `fed` has the hosts, and `plain.example` is another zone, which is not signed.
ZONE, UNSIGNED = "fed.example", "plain.example"
PARENT = "example"
START_SECONDS = 60
# One of the other services for each talk: nobody remembers the last one.
PEOPLE = ["certificates", "dialback"]


def run(*command, **more):
    """Runs a program and returns what it printed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Authority:
    """A root that nobody but the lab trusts."""

    def __init__(self, folder, name="Lab Root"):
        self.folder = folder
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 30,
            "-subj", f"/CN={name}", "-keyout", folder / "ca.key", "-out", self.root,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")

    @property
    def root(self):
        """The file of the root."""
        return self.folder / "ca.pem"

    def key(self, name):
        """Makes a key and returns its file."""
        path = self.folder / f"{name}.key"
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", path)
        path.chmod(0o644)
        return path

    def issue(self, name, named=None, ends=None, purposes="serverAuth"):
        """A certificate; unless told otherwise for servers only, as public authorities issue them since 2026."""
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{named or name}\nextendedKeyUsage={purposes}\nbasicConstraints=CA:FALSE\n")
        request = self.folder / f"{name}.csr"
        run("openssl", "req", "-new", "-key", self.key(name), "-subj", f"/CN={name}", "-out", request)
        # `openssl x509` cannot issue what has expired already.
        config = self.folder / "ca.conf"
        config.write_text(f"[ca]\ndefault_ca=lab\n[lab]\ndatabase={self.folder}/index\npolicy=any\nserial={self.folder}/serial\n[any]\ncommonName=supplied\n")
        (self.folder / "index").touch()
        dates = ["-startdate", "20200101000000Z", "-enddate", ends] if ends else ["-days", 30]
        run("openssl", "ca", "-batch", "-notext", "-config", config, "-cert", self.root, "-keyfile", self.folder / "ca.key",
            "-md", "sha256", "-create_serial", "-outdir", self.folder, "-extfile", extensions, *dates, "-in", request,
            "-out", self.chain(name))

    def self_sign(self, name, named=None):
        """A certificate that nobody stands behind."""
        run("openssl", "req", "-x509", "-key", self.key(name), "-days", 30, "-subj", f"/CN={name}",
            "-addext", f"subjectAltName=DNS:{named or name}", "-out", self.chain(name))

    def of_strangers(self, name):
        """A certificate of a root that nobody trusts."""
        folder = self.folder / "strangers"
        folder.mkdir(exist_ok=True)
        strangers = Authority(folder, "Root of Strangers")
        strangers.issue(name)
        for suffix in ("pem", "key"):
            shutil.copy(folder / f"{name}.{suffix}", self.folder / f"{name}.{suffix}")
        (self.folder / f"{name}.key").chmod(0o644)

    def chain(self, name):
        """The file of a certificate."""
        return self.folder / f"{name}.pem"

    def tlsa(self, name):
        """`3 1 1`: the SHA-256 of a certificate's public key."""
        public = run("openssl", "pkey", "-in", self.folder / f"{name}.key", "-pubout", "-outform", "PEM")
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public.encode(), capture_output=True,
                             check=True).stdout
        return f"3 1 1 {hashlib.sha256(der).hexdigest()}"


class Process:
    """A program that runs for as long as the lab."""

    def __init__(self, folder, name, *command, **environment):
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, cwd=folder,
                                            env=dict(os.environ, **environment))

    def wait_for(self, address, port):
        """Until it listens."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((address, port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"nobody listens on {address}:{port}:\n{self.log.read_text()}") from None
                time.sleep(0.05)

    def stop(self):
        """Ends it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def records(authority, names):
    """Names with an address and an SRV record of their own, and those that are odd."""
    lines = []
    for name in names:
        lines += [f"{name} A {PROSODY}", f"_xmpp-server._tcp.{name} SRV 10 0 {STARTTLS_PORT} {name}"]
    return lines + [
        f"_xmpps-server._tcp.direct SRV 5 0 {TLS_PORT} direct",
        "_xmpp-server._tcp.closed SRV 0 0 0 .", "_xmpps-server._tcp.closed SRV 0 0 0 .",
        f"gone A {NOBODY}", f"_xmpp-server._tcp.gone SRV 0 0 {STARTTLS_PORT} gone",
        f"_xmpp-server._tcp.second SRV 1 0 {STARTTLS_PORT} gone", f"_xmpp-server._tcp.second SRV 2 0 {STARTTLS_PORT} good",
        f"hosting A {PROSODY}", f"_xmpp-server._tcp.hosted SRV 1 0 {STARTTLS_PORT} hosting",
        f"bare A {PROSODY}",
        f"us A {OURS}", f"_xmpp-server._tcp.us SRV 10 0 {STARTTLS_PORT} us", f"_xmpps-server._tcp.us SRV 5 0 {TLS_PORT} us",
        # ejabberd asks the machine for addresses, which knows nothing of the lab; a target may look like one.
        f"_xmpp-server._tcp.us SRV 20 0 {STARTTLS_PORT} {OURS}.",
        f"moot A {NEIGHBOUR}", f"_xmpps-server._tcp.moot SRV 5 0 {TLS_PORT} moot",
        f"erlang A {EJABBERD}", f"_xmpp-server._tcp.erlang SRV 0 0 {STARTTLS_PORT} erlang",
        f"_{STARTTLS_PORT}._tcp.dane TLSA {authority.tlsa(f'dane.{ZONE}')}",
        f"_{STARTTLS_PORT}._tcp.changed TLSA 3 1 1 {'00' * 32}",
    ]


def zone_file(folder, zone, lines):
    """Writes a zone."""
    head = ["$TTL 60", f"$ORIGIN {zone}.", "@ SOA ns hostmaster 1 3600 600 86400 60", "@ NS ns", f"ns A {NAMES}"]
    (folder / f"{zone}.zone").write_text("\n".join(head + lines) + "\n")


def name_server(folder, lines):
    """Knot, which signs one zone and not the other; returns the process and the file of the zone's keys."""
    zone_file(folder, PARENT, ["plain NS ns.plain", f"ns.plain A {NAMES}", f"$ORIGIN {ZONE}.", *lines])
    zone_file(folder, UNSIGNED, lines)
    for part in ("run", "db"):
        (folder / part).mkdir()
    config = folder / "knot.conf"
    config.write_text(f"""
server:
    rundir: "{folder}/run"
    listen: {NAMES}@{NAMES_PORT}
database:
    storage: "{folder}/db"
log:
  - target: stderr
    any: warning
policy:
  - id: lab
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: "{folder}"
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: difference
    journal-content: all
zone:
  - domain: {PARENT}
    dnssec-signing: on
    dnssec-policy: lab
  - domain: {UNSIGNED}
""")
    knot = Process(folder, "knot", "knotd", "-c", config)
    knot.wait_for(NAMES, NAMES_PORT)
    end, keys = time.monotonic() + START_SECONDS, []
    while not keys:
        keys = run("kdig", f"@{NAMES}", "-p", NAMES_PORT, "+short", PARENT, "DNSKEY").splitlines()
        if time.monotonic() > end:
            raise RuntimeError("Knot has not signed its zone in time")
        time.sleep(0.1)
    anchors = folder / "anchors"
    lines = [f"{PARENT}. 60 IN DNSKEY {' '.join(key.split()[:3])} {''.join(key.split()[3:])}\n" for key in keys]
    anchors.write_text("".join(lines))
    return knot, anchors


def resolver(folder, anchors):
    """Unbound, which validates what Knot signs and says so, as the resolver of a machine does."""
    config = folder / "unbound.conf"
    config.write_text(f"""server:
    interface: {RESOLVER}
    port: {NAMES_PORT}
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    use-syslog: no
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor-file: "{anchors}"
stub-zone:
    name: "{PARENT}"
    stub-addr: {NAMES}@{NAMES_PORT}
stub-zone:
    name: "{UNSIGNED}"
    stub-addr: {NAMES}@{NAMES_PORT}
remote-control:
    control-enable: no
""")
    unbound = Process(folder, "unbound", "unbound", "-d", "-c", config)
    unbound.wait_for(RESOLVER, NAMES_PORT)
    return unbound


def prosody(folder, authority, hosts):
    """Prosody with a certificate for each host."""
    virtual = "".join(
        f'VirtualHost "{host}"\nssl = {{ certificate = "{authority.chain(host)}"; key = "{folder}/{host}.key"; '
        f'cafile = "{authority.root}" }}\n'
        for host in hosts)
    config = folder / "prosody.cfg.lua"
    config.write_text(f"""run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/prosody"
log = {{ {{ levels = {{ min = "debug" }}; to = "file"; filename = "{folder}/prosody-debug.log" }} }}
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "dialback"; "smacks"; "ping"; "pep"; "vcard_legacy" }}
unbound = {{
    resolvconf = false; hoststxt = false; forward = {{ "{RESOLVER}@{NAMES_PORT}" }};
    options = {{ ["do-not-query-localhost:"] = "no" }};
}}
interfaces = {{ "{PROSODY}" }}
c2s_ports = {{ {CLIENTS_PORT} }}
c2s_direct_tls_ports = {{ }}
c2s_require_encryption = false
authentication = "internal_hashed"
s2s_ports = {{ {STARTTLS_PORT} }}
s2s_direct_tls_ports = {{ {TLS_PORT} }}
s2s_require_encryption = true
s2s_secure_auth = false
ssl = {{ certificate = "{authority.chain(hosts[0])}"; key = "{folder}/{hosts[0]}.key"; cafile = "{authority.root}" }}
{virtual}""")
    process = Process(folder, "prosody", "prosody", "--config", config, "-F")
    process.wait_for(PROSODY, STARTTLS_PORT)
    process.wait_for(PROSODY, CLIENTS_PORT)
    for host in ("good", "expired", "self", "strange"):
        for person in PEOPLE:
            run("prosodyctl", "--config", config, "register", person, f"{host}.{ZONE}", "secret")
    return process


def ejabberd(folder, authority, host):
    """ejabberd with two people, without Erlang's distribution, which brings a daemon of its own."""
    both = folder / "ejabberd.pem"
    both.write_text(authority.chain(host).read_text() + (folder / f"{host}.key").read_text())
    config = folder / "ejabberd.yml"
    config.write_text(f"""loglevel: debug
hosts: ["{host}"]
certfiles: ["{both}"]
ca_file: "{authority.root}"
s2s_cafile: "{authority.root}"
s2s_use_starttls: required
listen:
  - {{port: {STARTTLS_PORT}, ip: "{EJABBERD}", module: ejabberd_s2s_in}}
  - {{port: {CLIENTS_PORT}, ip: "{EJABBERD}", module: ejabberd_c2s, starttls_required: true}}
modules:
  mod_adhoc: {{}}
  mod_caps: {{}}
  mod_disco: {{}}
  mod_ping: {{}}
  mod_pubsub: {{plugins: [flat, pep]}}
  mod_roster: {{}}
  mod_s2s_dialback: {{}}
  mod_stream_mgmt: {{}}
  mod_vcard: {{search: false}}
""")
    resolver_config = folder / "inetrc"
    octets = RESOLVER.replace(".", ",")
    resolver_config.write_text(f'{{lookup, [dns]}}.\n{{resolv_conf, ""}}.\n{{nameserver, {{{octets}}}, {NAMES_PORT}}}.\n')
    ready = folder / "ejabberd-ready"
    people = ",".join(f'<<"{person}">>' for person in PEOPLE)
    accounts = (f'[ok = ejabberd_auth:try_register(P, <<"{host}">>, <<"secret">>) || P <- [{people}]], '
                f'ok = file:write_file("{ready}", <<>>).')
    process = Process(
        folder, "ejabberd", "erl", "-noinput", "-mnesia", "dir", f'"{folder}/mnesia"', "-ejabberd", "quiet", "true",
        "-s", "ejabberd", "-eval", accounts, ERL_INETRC=str(resolver_config), EJABBERD_CONFIG_PATH=str(config),
        EJABBERD_LOG_PATH=str(folder / "log" / "ejabberd.log"),
        ERL_LIBS="/usr/lib/x86_64-linux-gnu", ERL_CRASH_DUMP_BYTES="0", HOME=str(folder))
    process.wait_for(EJABBERD, CLIENTS_PORT)
    end = time.monotonic() + START_SECONDS
    while not ready.exists():
        if time.monotonic() > end:
            raise RuntimeError(f"ejabberd made no account:\n{process.log.read_text()}")
        time.sleep(0.05)
    return process


def folkmoot(folder, config, address, person):
    """A server under test, with one account."""
    run(BINARY, "--config", config, "account", "add", person, "--password-stdin", input="secret\n")
    process = Process(folder, f"folkmoot-{config.stem}", BINARY, "--config", config)
    try:
        process.wait_for(address, CLIENTS_PORT)
    except RuntimeError:
        process.stop()
        raise
    return process
