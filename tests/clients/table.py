"""The table at the end of a run: what each client showed, what it cannot do, and what is not there yet."""

import importlib.metadata
import json
import re
import subprocess

import packages
import registry
from registry import CLIENTS, CONVERSE, NBXMPP, PROFANITY, SLIXMPP, WEB_LIBRARY

# What people do with rooms, and those who run them.
ROOM_DEEDS = ["create", "configure", "join", "talk", "history", "nick change", "moderation", "ban", "invite", "avatar",
              "leave"]
CAPABILITIES = ["login", "login with a token", "subscribe", "chat", "carbons", "archive catch-up", "offline messages",
                "resumption", "files", "avatar", "bookmarks", "blocking", "push registration", "device list and revoke",
                "account removal", *(f"room: {deed}" for deed in ROOM_DEEDS)]

# What a client has no code for, at the version that is tried. A library that sends what it is told can do all.
CANNOT = {
    (SLIXMPP, "login with a token"): "has no tokens (XEP-0484)",
    (SLIXMPP, "push registration"): "has no plugin for XEP-0357",
    (NBXMPP, "login with a token"): "has no tokens (XEP-0484)",
    (NBXMPP, "push registration"): "has no module for XEP-0357",
    (NBXMPP, "device list and revoke"): "has no module for XEP-0494",
    (PROFANITY, "login with a token"): "has no tokens (XEP-0484)",
    (PROFANITY, "resumption"): "has stream management from 0.14 on",
    (PROFANITY, "push registration"): "has no command for XEP-0357",
    (PROFANITY, "device list and revoke"): "has no command for XEP-0494",
    (PROFANITY, "account removal"): "has no command for it",
    (PROFANITY, "room: moderation"): "has no command for XEP-0425",
    (PROFANITY, "room: avatar"): "has no command for pictures of rooms",
    (WEB_LIBRARY, "offline messages"): "logs in with Bind 2, whose clients ask the archive instead (XEP-0386)",
    (CONVERSE, "login with a token"): "has no tokens (XEP-0484)",
    (CONVERSE, "device list and revoke"): "has no plugin for XEP-0494",
    (CONVERSE, "account removal"): "has no command for it",
}


def gaps():
    """What has neither a case nor a reason: a hole in the tests, as (client, capability)."""
    shown = {(case.client, capability) for case in registry.CASES.values() for capability in case.shows}
    wanted = {(client, capability) for client in CLIENTS for capability in CAPABILITIES}
    return sorted(wanted - shown - set(CANNOT))


def render(results):
    """The table as text, from the names of the cases that ran and whether they passed."""
    notes = []
    rows = [["", *CLIENTS], ["", *map(version, CLIENTS)]]
    for capability in CAPABILITIES:
        rows.append([capability, *(cell(client, capability, results, notes) for client in CLIENTS)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(["", *lines, "", *(f"[{number}] {note}" for number, note in enumerate(notes, 1))])


def cell(client, capability, results, notes):
    """What a client showed of a capability; a reason goes to the notes."""
    reason = CANNOT.get((client, capability))
    if reason is not None:
        note = f"{client} {reason}"
        if note not in notes:
            notes.append(note)
        return f"cannot [{notes.index(note) + 1}]"
    names = [name for name, case in registry.CASES.items() if case.client == client and capability in case.shows]
    ran = [results[name] for name in names if name in results]
    if not names:
        return "not yet"
    if not ran:
        return "not run"
    return "yes" if all(ran) else "FAILED"


def version(client):
    """The version of a client that the cases drive."""
    if client == PROFANITY:
        said = subprocess.run(["profanity", "--version"], check=True, capture_output=True, text=True).stdout
        return re.search(r"version (\S+)", said)[1].rstrip(",")
    if client in (WEB_LIBRARY, CONVERSE):
        name = "converse.js" if client == CONVERSE else client
        return json.loads((packages.MODULES / name / "package.json").read_text())["version"]
    return importlib.metadata.version(client)
