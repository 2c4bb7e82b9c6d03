#!/usr/bin/env python3
"""Proves a running server with real clients: slixmpp, nbxmpp, Profanity under tmux, @xmpp/client in Node, Converse in
Chromium.

    tests/clients/run.py                    all cases, against target/release/folkmoot
    tests/clients/run.py --server prosody   the same against Debian's Prosody: proves the cases
    tests/clients/run.py NAME …             some cases

Another binary is taken from the variable FOLKMOOT_BINARY.

Prints `ok NAME` or `FAILED NAME` for each case, with the logs of what failed; then a table of what each client showed,
and `N passed, N failed`. Nothing is tried twice.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import packages
import servers

# Beyond a case's own time, for Python to start and to clean up.
GRACE_SECONDS = 20
LOG_LINES = 200


def tail(text):
    """The last lines, set off."""
    return "\n".join("    " + line for line in text.splitlines()[-LOG_LINES:])


def run_case(name, case, server):
    """Runs a case in a process of its own; returns whether it passed."""
    start = time.monotonic()
    log_start = server.log.stat().st_size
    environment = dict(os.environ, SERVER_UNDER_TEST=server.to_json(), PYTHONUNBUFFERED="1")
    program = pathlib.Path(__file__).with_name("run_case.py")
    try:
        done = subprocess.run([packages.PYTHON, program, name], env=environment, text=True, timeout=case.seconds + GRACE_SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", check=False)
        passed, output = done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired as error:
        passed, output = False, f"{(error.stdout or b'').decode(errors='replace')}\nnot done after {error.timeout} s"
    print(f"{'ok' if passed else 'FAILED'} {name} ({time.monotonic() - start:.1f} s)", flush=True)
    if not passed:
        with open(server.log, "rb") as log:
            log.seek(log_start)
            server_log = log.read().decode(errors="replace")
        print(f"  the case:\n{tail(output)}\n  the server:\n{tail(server_log)}", flush=True)
    return passed


def stops_in_good_order(server):
    """Ends the server; returns whether it went as it should."""
    code = server.stop()
    print(f"{'ok' if code == 0 else 'FAILED'} stops_in_good_order", flush=True)
    if code != 0:
        print(f"  exit code: {code}\n  the server:\n{tail(server.log.read_text(errors='replace'))}", flush=True)
    return code == 0


def main():
    """Starts the server, runs the cases, ends the server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=sorted(servers.KINDS), default="folkmoot", help="the server under test")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the server, and print its name")
    parser.add_argument("--list", action="store_true", help="list the cases")
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases to run; all without one")
    options = parser.parse_args()
    packages.require_debian()
    packages.ensure_python()
    packages.ensure_npm()
    import cases  # noqa: F401: it fills the registry, and needs what was just installed
    import registry
    import table

    if options.server == "folkmoot" and not servers.BINARY.exists():
        sys.exit(f"{servers.BINARY} is not there; build it: cargo build --release")
    unknown = set(options.names) - set(registry.CASES)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    chosen = {name: case for name, case in registry.CASES.items() if case.only in (None, options.server)}
    if options.names:
        chosen = {name: case for name, case in chosen.items() if name in options.names}
    if options.list:
        print("\n".join(chosen))
        return 0
    if not options.names and (gaps := table.gaps()):
        sys.exit(f"these have neither a case nor a reason in table.py: {gaps}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="clients-"))
    server = servers.KINDS[options.server](folder, servers.free_port(), servers.free_port(), servers.free_port())
    try:
        server.start()
        results = {name: run_case(name, case, server) for name, case in chosen.items()}
        if options.server == "folkmoot":
            results["stops_in_good_order"] = stops_in_good_order(server)
    finally:
        server.stop()
        if options.keep:
            print(f"the server's folder: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(table.render(results))
    failed = list(results.values()).count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
