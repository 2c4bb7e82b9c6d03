#!/usr/bin/env python3
"""Walks the way to other servers in a lab on the loopback: DNSSEC from Knot and Unbound, Prosody and ejabberd behind it.

    tests/federation/run.py     all cases, against target/release/folkmoot

Another binary is taken from the variable FOLKMOOT_BINARY. Prints `ok NAME` or `FAILED NAME` for each case, and
`N passed, N failed`.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

import lab

VENV = lab.ROOT / "target" / "clients-venv"
PYTHON = VENV / "bin" / "python"
US = "us.fed.example"
# Another of ours.
MOOT = f"moot.{lab.ZONE}"
# The file of our certificate as it was issued before 2026.
OLD_US = "us-old.fed.example"
# Names with records of their own. The first is the one whose certificate Prosody shows on the port for direct TLS.
NAMES = ["direct", "good", "expired", "wrong", "self", "strange", "dane", "changed"]
HOSTS = [f"{name}.{lab.ZONE}" for name in [*NAMES, "bare", "second", "hosted"]] + [f"hosted.{lab.UNSIGNED}"]

# The domain, whether the way leads to its end, and what is to be read on it: a step, its mark, a part of its lines.
CASES = {
    "good.fed.example": (True, [("names", "good", "good.fed.example:5269, STARTTLS, priority 10, weight 0 (DNSSEC)"),
                             ("addresses", "good", "(DNSSEC)"), ("identity", "good", "by its certificate"),
                             ("identity", "good", "no TLSA records"), ("stream", "good", "believes that we are")]),
    "hosted.fed.example": (True, [("identity", "good", "for hosting.fed.example"), ("stream", "good", "")]),
    "hosted.plain.example": (False, [("names", "good", "weight 0"), ("identity", "bad", "not for hosted.plain.example"),
                                  ("identity", "bad", "DNSSEC does not validate")]),
    "direct.fed.example": (True, [("connection", "good", "TLS from the first byte"), ("stream", "good", "acknowledgements (XEP-0198): yes")]),
    "second.fed.example": (True, [("connection", "doubtful", "Failed: gone.fed.example"), ("stream", "good", "")]),
    "bare.fed.example": (True, [("names", "good", "no SRV records"), ("stream", "good", "")]),
    "dane.fed.example": (True, [("identity", "doubtful", "self-signed"), ("identity", "doubtful", "by DANE"), ("stream", "good", "")]),
    "changed.fed.example": (False, [("identity", "bad", "none of them names this certificate")]),
    "expired.fed.example": (False, [("identity", "bad", "has expired")]),
    "wrong.fed.example": (False, [("identity", "bad", "is for somebody.invalid, not for wrong.fed.example")]),
    "self.fed.example": (False, [("identity", "bad", "self-signed")]),
    "strange.fed.example": (False, [("identity", "bad", "No root that is trusted here")]),
    # ejabberd 23.01 wants a certificate for clients too; with the usual one it would go on with dialback.
    "erlang.fed.example": (False, [("identity", "good", "by its certificate"), ("stream", "bad", "does not take our certificate")]),
    "closed.fed.example": (False, [("names", "bad", "says that it has no servers")]),
    "gone.fed.example": (False, [("connection", "bad", "no connection")]),
    "missing.fed.example": (False, [("addresses", "doubtful", "has no address"), ("connection", "bad", "it has no address")]),
}

# Those that are walked once more by the word of a resolver that validates, instead of validating here.
TOLD = ["good.fed.example", "hosted.fed.example", "hosted.plain.example", "dane.fed.example", "changed.fed.example", "missing.fed.example"]

# How we and others prove who we are: our certificate, what we demand, and what our people trust.
WAYS = [("certificates", OLD_US, "certificate", "ca.pem"), ("dialback", "unknown", "dialback", "unknown.pem")]

# Whoever writes to them under the policy gets it back at once, with the reason; and whoever runs the service is told
# these words, unless there is no such service.
WORTHLESS = {
    "certificate": {"expired": "its certificate has expired", "wrong": "its certificate is for another name",
                    "self": "its certificate is signed by nobody but itself",
                    "strange": "nobody who is trusted here stands behind its certificate",
                    "changed": "its name records (TLSA) promise another certificate", "closed": "", "missing": ""},
    "dialback": {"changed": "its name records (TLSA) promise another certificate", "closed": ""},
}


# Whoever connects under the policy is turned away, and these words are told. Anybody can connect: only so many a day.
REFUSED = {"expired": "its certificate has expired", "self": "its certificate is signed by nobody but itself",
           "strange": "nobody who is trusted here stands behind its certificate"}


def require_programs():
    """Ends with advice when a program is missing."""
    wanted = {"openssl": "openssl", "knotd": "knot", "kdig": "knot-dnsutils", "unbound": "unbound", "prosody": "prosody", "ejabberdctl": "ejabberd"}
    missing = [package for program, package in wanted.items() if shutil.which(program) is None]
    # Prosody loads it where it is there and finds no other server without it.
    if not list(pathlib.Path("/usr/lib").glob("*/lua/5.4/lunbound.so")):
        missing.append("lua-unbound")
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


def issue(authority):
    """A certificate for each host, as it is to be."""
    for name in ("good", "direct", "bare", "changed", "second", "erlang", "moot"):
        authority.issue(f"{name}.{lab.ZONE}")
    authority.issue(f"expired.{lab.ZONE}", ends="20200201000000Z")
    authority.issue(f"wrong.{lab.ZONE}", named="somebody.invalid")
    authority.self_sign(f"self.{lab.ZONE}")
    authority.of_strangers(f"strange.{lab.ZONE}")
    authority.self_sign(f"dane.{lab.ZONE}")
    # Named by its host alone, which counts because DNSSEC says that the host is meant.
    for zone in (lab.ZONE, lab.UNSIGNED):
        authority.issue(f"hosted.{zone}", named=f"hosting.{zone}")
    authority.issue(US)
    authority.self_sign("unknown", named=US)
    authority.issue(OLD_US, named=US, purposes="serverAuth,clientAuth")


def configure(folder, name, dns, certificate=US, proof="certificate"):
    """Writes a configuration of ours and returns its file."""
    return configure_at(folder, name, (US, lab.OURS), (dns, certificate, proof))


def configure_at(folder, name, place, ways):
    """The same for any domain and address."""
    (domain, address), (dns, certificate, proof) = place, ways
    config = folder / f"{name}.toml"
    listen = "".join(f'{kind} = ["{address}:{port}"]\n' for kind, port in [
        ("starttls", lab.CLIENTS_PORT), ("servers", lab.STARTTLS_PORT), ("servers-tls", lab.TLS_PORT)])
    config.write_text(f'domain = "{domain}"\nadmins = ["person@{domain}"]\ndata = "data-{name}"\n[listen]\n{listen}tls = []\nhttps = []\n'
                      f'[log]\nlevel = "debug"\n[certificate]\nchain = "{certificate}.pem"\nkey = "{certificate}.key"\n'
                      f'[dns]\n{dns}[federation]\nroots = "ca.pem"\nproof = "{proof}"\nprivate-addresses = true\n')
    return config


def walk(folder, config, domain):
    """Runs the command; returns whether it succeeded, and the steps."""
    command = [str(lab.BINARY), "--config", str(config), "--json", "federation", "test", domain]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode == 0, [line for line in lines if "step" in line]


def check(name, expected, found):
    """What is not as it should be."""
    (is_good, parts), (was_good, steps) = expected, found
    wrong = [] if is_good == was_good else [f"the exit code says {was_good}"]
    for step, mark, part in parts:
        if not any(s["step"] == step and s["mark"] == mark and any(part in line for line in s["lines"]) for s in steps):
            wrong.append(f"no {mark} step `{step}` with `{part}`")
    print(f"{'FAILED' if wrong else 'ok'} {name}", flush=True)
    if wrong:
        print("\n".join(f"    {line}" for line in wrong + [json.dumps(step) for step in steps]), flush=True)
    return not wrong


def talk(folder, config, name, other, unreachable=None, turned_away=()):
    """Runs our server and a talk of two people; returns whether it went well.

    `other` is a person there, the address of their server, and the certificate that our own people trust.
    """
    (person_there, address, root) = other
    process = lab.folkmoot(folder, config, lab.OURS, "person")
    try:
        person = {"password": "secret", "port": lab.CLIENTS_PORT}
        people = [dict(person, address=f"person@{US}", host=lab.OURS, root=str(folder / root)),
                  dict(person, address=person_there, host=address, root=str(folder / "ca.pem"))]
        status = [str(lab.BINARY), "--config", str(config), "--json", "federation", "status", person_there.split("@")[1]]
        strangers = [(dict(person, address=f"certificates@{host}.{lab.ZONE}", host=address, root=None), words)
                     for host, words in turned_away]
        more = {"status": status, "unreachable": unreachable or {}, "turned_away": strangers}
        command = [str(PYTHON), str(pathlib.Path(__file__).with_name("talk.py")), *map(json.dumps, [*people, more])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    finally:
        process.stop()
    print(f"{'FAILED' if done.returncode else 'ok'} {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main():
    """All cases in one lab."""
    require_programs()
    ensure_slixmpp()
    running, results = [], []
    with tempfile.TemporaryDirectory(prefix="folkmoot-federation-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        try:
            authority = lab.Authority(folder)
            issue(authority)
            knot, anchors = lab.name_server(folder, lab.records(authority, NAMES))
            running.append(knot)
            running.append(lab.prosody(folder, authority, HOSTS))
            running.append(lab.ejabberd(folder, authority, f"erlang.{lab.ZONE}"))
            own = f'servers = ["{lab.NAMES}:{lab.NAMES_PORT}"]\ndnssec = "own"\ntrust-anchors = "{anchors}"\n'
            config = configure(folder, "own", own)
            for case, expected in CASES.items():
                results.append(check(case, expected, walk(folder, config, case)))
            config = configure(folder, "old", own, OLD_US)
            expected = (True, [("identity", "good", ""), ("stream", "good", "believes that we are")])
            results.append(check("erlang.fed.example, with an old certificate", expected, walk(folder, config, "erlang.fed.example")))
            running.append(lab.resolver(folder, anchors))
            dns = f'servers = ["{lab.RESOLVER}:{lab.NAMES_PORT}"]\n'
            config = configure(folder, "told", dns)
            for kind, host, address in [("Prosody", "good", lab.PROSODY), ("ejabberd", "erlang", lab.EJABBERD)]:
                for name, certificate, proof, root in WAYS:
                    ours = configure(folder, f"{kind}-{name}", dns, certificate, proof)
                    there = (f"{name}@{host}.{lab.ZONE}", address, root)
                    unreachable = {f"person@{host}.{lab.ZONE}": words for host, words in WORTHLESS[proof].items()}
                    refused = REFUSED.items() if (kind, proof) == ("Prosody", "certificate") else ()
                    results.append(talk(folder, ours, f"people of {kind}, by {name}", there, unreachable, refused))
            neighbour = configure_at(folder, "neighbour", (MOOT, lab.NEIGHBOUR), (dns, MOOT, "certificate"))
            running.append(lab.folkmoot(folder, neighbour, lab.NEIGHBOUR, "neighbour"))
            ours = configure(folder, "Folkmoot", dns)
            there = (f"neighbour@{MOOT}", lab.NEIGHBOUR, "ca.pem")
            results.append(talk(folder, ours, "people of Folkmoot, by certificates", there))
            for case in TOLD:
                results.append(check(f"{case}, as the resolver says", CASES[case], walk(folder, config, case)))
        finally:
            for process in reversed(running):
                process.stop()
            if not all(results) or not results:
                for log in folder.rglob("*.log"):
                    print(f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-60:]))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if all(results) and results else 1)


if __name__ == "__main__":
    main()
