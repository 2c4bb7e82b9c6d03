"""What two people with slixmpp should see. Each case makes accounts of its own.

`cases.py NAME` runs one case against the server in the environment; `run.py` runs them all.
"""

import asyncio
import base64
import contextlib
import datetime
import hmac
import logging
import sys
import time

import bosh
import browser
import moving
import profanity
import servers
from client import Client
from slixmpp.exceptions import IqError

PASSWORD = "correct horse battery"
CASES = {}


def case(only=None, seconds=60):
    """Registers a case: for which server, and how long it may take."""

    def register(function):
        function.only = only
        function.seconds = seconds
        CASES[function.__name__] = function
        return function

    return register


def address(name):
    """The bare address of an account."""
    return f"{name}@{servers.DOMAIN}"


@contextlib.asynccontextmanager
async def sessions(server, *wanted, **options):
    """Logs in `name/resource` for each wanted, makes the accounts first, and leaves at the end."""
    for name in dict.fromkeys(one.split("/")[0] for one in wanted):
        server.add(name, PASSWORD)
    clients = []
    try:
        for one in wanted:
            name, _, resource = one.partition("/")
            clients.append(await Client(server, name, PASSWORD, resource or "case", **options).login())
        yield clients
    finally:
        for client in clients:
            with contextlib.suppress(Exception):
                await client.leave()


async def befriend(one, other):
    """`one` and `other` subscribe to each other; both see each other's states and presence."""
    one_bare, other_bare = one.boundjid.bare, other.boundjid.bare
    one.send_presence_subscription(pto=other_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("none", "subscribe"))
    await other.expect("presence_subscribe", lambda stanza: stanza["from"] == one_bare)
    other.send_presence_subscription(pto=one_bare, ptype="subscribed")
    await one.expect("presence_subscribed", lambda stanza: stanza["from"] == other_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("to", ""))
    await other.expect("roster_update", lambda iq: state(iq, one_bare) == ("from", ""))
    await one.expect("presence_available", lambda stanza: stanza["from"] == other.boundjid)
    other.send_presence_subscription(pto=one_bare)
    await one.expect("presence_subscribe", lambda stanza: stanza["from"] == other_bare)
    one.send_presence_subscription(pto=other_bare, ptype="subscribed")
    await other.expect("presence_subscribed", lambda stanza: stanza["from"] == one_bare)
    await one.expect("roster_update", lambda iq: state(iq, other_bare) == ("both", ""))
    await other.expect("roster_update", lambda iq: state(iq, one_bare) == ("both", ""))
    await other.expect("presence_available", lambda stanza: stanza["from"] == one.boundjid)


def state(iq, bare):
    """The subscription and the pending request that a roster push tells of a contact."""
    item = iq["roster"]["items"].get(bare)
    return (item["subscription"], item["ask"]) if item else None


@case()
async def login_over_starttls(server):
    async with sessions(server, "starttls") as [client]:
        assert client.mechanism().startswith("SCRAM-"), client.mechanism()
        assert client.boundjid.bare == address("starttls"), client.boundjid


@case()
async def login_over_direct_tls(server):
    async with sessions(server, "directtls", tls="direct") as [client]:
        assert client.mechanism().startswith("SCRAM-"), client.mechanism()
        assert client.boundjid.bare == address("directtls"), client.boundjid


@case()
async def a_wrong_password_is_refused(server):
    server.add("wrong", PASSWORD)
    condition = await Client(server, "wrong", "not the password").login_fails()
    assert condition == "not-authorized", condition
    condition = await Client(server, "nobody-here", PASSWORD).login_fails()
    assert condition == "not-authorized", f"an account that is not there: {condition}"
    await (await Client(server, "wrong", PASSWORD).login()).leave()


@case()
async def two_people_subscribe_to_each_other(server):
    async with sessions(server, "sub-alice", "sub-bob") as [alice, bob]:
        await befriend(alice, bob)
        await alice.get_roster()
        assert alice.client_roster[bob.boundjid.bare]["subscription"] == "both"
        bob.send_presence(pshow="away", pstatus="lunch")
        away = await alice.expect("presence_available", lambda stanza: stanza["show"] == "away")
        assert away["from"] == bob.boundjid and away["status"] == "lunch"
        await bob.leave()
        await alice.expect("presence_unavailable", lambda stanza: stanza["from"] == bob.boundjid)
        bob = await Client(server, "sub-bob", PASSWORD).login()
        await alice.expect("presence_available", lambda stanza: stanza["from"] == bob.boundjid)
        await bob.expect("presence_available", lambda stanza: stanza["from"] == alice.boundjid)
        await bob.leave()


@case()
async def two_people_chat(server):
    async with sessions(server, "chat-alice", "chat-bob") as [alice, bob]:
        sent = alice.chat(bob.boundjid.bare, "Hello <Bob> & \u2603 \U0001f600")
        got = await bob.expect_message("Hello <Bob> & \u2603 \U0001f600")
        assert got["id"] == sent and got["type"] == "chat" and got["from"] == alice.boundjid, str(got)
        bob.chat(got["from"], "Hello Alice")
        back = await alice.expect_message("Hello Alice")
        assert back["from"] == bob.boundjid, str(back)
        for number in range(50):
            alice.chat(bob.boundjid, f"number {number}")
        await bob.expect_message("number 49")
        assert bob.bodies() == [f"number {number}" for number in range(49)], bob.bodies()


@case()
async def messages_to_one_who_is_away_wait_in_the_archive(server):
    async with sessions(server, "mam-alice", "mam-bob") as [alice, bob]:
        bob.chat(alice.boundjid.bare, "before")
        await alice.expect_message("before")
        alice.chat(bob.boundjid.bare, "seen")
        await bob.expect_message("seen")
        before = await alice.archive()
        assert [stanza["body"] for _, stanza in before] == ["before", "seen"], before
        await alice.leave()
        sent = [f"while you were away {number}" for number in range(5)]
        for body in sent:
            bob.chat(alice.boundjid.bare, body)
        # The answer to a ping comes after the messages were taken.
        await bob["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
        alice = await Client(server, "mam-alice", PASSWORD, "later").login()
        found = await alice.archive()
        assert [stanza["body"] for _, stanza in found] == ["before", "seen"] + sent, found
        assert [number for number, _ in found[:2]] == [number for number, _ in before], "the ids changed"
        assert len({number for number, _ in found}) == len(found), "two entries with one id"
        assert all(stanza["from"].bare == bob.boundjid.bare for _, stanza in found[2:]), found
        back = [stanza["body"] for _, stanza in await alice.archive(reverse=True)]
        assert back == (["before", "seen"] + sent)[::-1], back
        with_other = await alice.archive(with_jid=address("somebody-else"))
        assert with_other == [], with_other
        assert len(await bob.archive(with_jid=alice.boundjid.bare)) == 7
        await alice.leave()


@case()
async def another_session_gets_carbons(server):
    async with sessions(server, "cc-alice/phone", "cc-alice/desktop", "cc-bob") as [phone, desktop, bob]:
        bob.chat(phone.boundjid, "to the phone")
        got = await phone.expect_message("to the phone")
        copy = await desktop.expect("carbon_received")
        inner = copy["carbon_received"]
        assert inner["body"] == "to the phone" and inner["id"] == got["id"], str(copy)
        assert copy["from"] == phone.boundjid.bare, f"a carbon must come from one's own account: {copy}"
        phone.chat(bob.boundjid.bare, "from the phone")
        await bob.expect_message("from the phone")
        copy = await desktop.expect("carbon_sent")
        assert copy["carbon_sent"]["body"] == "from the phone", str(copy)
        assert copy["carbon_sent"]["to"] == bob.boundjid.bare, str(copy)
        await phone.quiet("carbon_sent")
        await desktop["xep_0280"].disable()
        phone.chat(bob.boundjid.bare, "not copied")
        await bob.expect_message("not copied")
        await desktop.quiet("carbon_sent")


@case()
async def the_server_answers_questions(server):
    async with sessions(server, "asker") as [client]:
        await client["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
        info = await client["xep_0030"].get_info(jid=servers.DOMAIN, timeout=10)
        identities = {(category, kind) for category, kind, _, _ in info["disco_info"]["identities"]}
        assert ("server", "im") in identities, identities
        features = set(info["disco_info"]["features"])
        wanted = {"http://jabber.org/protocol/disco#info", "urn:xmpp:ping", "jabber:iq:version", "urn:xmpp:carbons:2"}
        assert wanted <= features, f"missing: {wanted - features}"
        own = await client["xep_0030"].get_info(jid=client.boundjid.bare, timeout=10)
        assert "urn:xmpp:mam:2" in own["disco_info"]["features"], own
        version = await client["xep_0092"].get_version(servers.DOMAIN, timeout=10)
        assert version["software_version"]["name"].lower() == server.kind, version


@case()
async def a_cut_connection_is_resumed(server):
    async with sessions(server, "sm-alice", "sm-bob") as [alice, bob]:
        first = alice.boundjid
        for round_number in range(3):
            out = [f"round {round_number}, just before the cut {number}" for number in range(10)]
            for body in out:
                alice.chat(bob.boundjid, body)
            # Long enough to be written, short enough not to be acknowledged.
            await asyncio.sleep(0.05)
            alice.cut()
            await alice.expect("disconnected")
            into = [f"round {round_number}, during the cut {number}" for number in range(10)]
            for body in into:
                bob.chat(first, body)
            await bob["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
            alice.dial()
            await alice.expect("session_resumed")
            assert alice.boundjid == first, alice.boundjid
            alice.chat(bob.boundjid, "end of the round")
            await bob.expect_message("end of the round")
            bob.chat(first, "end of the round")
            await alice.expect_message("end of the round")
            assert bob.bodies() == out, f"lost, twice or out of order: {bob.bodies()}"
            assert alice.bodies() == into, f"lost, twice or out of order: {alice.bodies()}"
            bob.seen.clear()
            alice.seen.clear()
        found = [stanza["body"] for _, stanza in await alice.archive() if stanza["body"] != "end of the round"]
        assert len(found) == len(set(found)) == 60, f"{len(found)} in the archive, {len(set(found))} different"


@case(only="folkmoot")
async def a_new_certificate_is_shown_to_new_connections(server):
    async with sessions(server, "renewal") as [client]:
        server.renew_certificate()
        # From here on clients trust the new one alone; the old one would be refused.
        for _ in range(50):
            if b"new connections are shown a new certificate" in server.log.read_bytes():
                break
            await asyncio.sleep(0.1)
        await (await Client(server, "renewal", PASSWORD, "starttls").login()).leave()
        await (await Client(server, "renewal", PASSWORD, "direct", tls="direct").login()).leave()
        await client["xep_0199"].send_ping(servers.DOMAIN, timeout=10)
        assert not [seen for seen, _ in client.seen if seen == "disconnected"], "the old connection was closed"


@case()
async def a_new_password_ends_sessions(server):
    async with sessions(server, "changes") as [client]:
        server.set_password("changes", "another password")
        await client.expect("disconnected")
        condition = await Client(server, "changes", PASSWORD).login_fails()
        assert condition == "not-authorized", condition
        await (await Client(server, "changes", "another password").login()).leave()


@case(only="folkmoot")
async def a_disabled_account_is_closed(server):
    async with sessions(server, "closed") as [client]:
        server.disable("closed")
        await client.expect("disconnected")
        condition = await Client(server, "closed", PASSWORD).login_fails()
        assert condition in ("account-disabled", "not-authorized"), condition
        server.enable("closed")
        await (await Client(server, "closed", PASSWORD).login()).leave()


@case(only="folkmoot")
async def a_deleted_account_is_gone(server):
    async with sessions(server, "gone", "gone-friend") as [gone, friend]:
        await befriend(gone, friend)
        gone.chat(friend.boundjid.bare, "remember me")
        await friend.expect_message("remember me")
        report = server.delete("gone")
        assert '"reply":"deleted"' in report, report
        await gone.expect("disconnected")
        await friend.expect("presence_unavailable", lambda stanza: stanza["from"] == gone.boundjid)
        condition = await Client(server, "gone", PASSWORD).login_fails()
        assert condition == "not-authorized", condition
        kept = [stanza["body"] for _, stanza in await friend.archive()]
        assert kept == ["remember me"], "what others received is theirs"
        try:
            server.add("gone", PASSWORD)
        except servers.Refused:
            return
        raise AssertionError("the name of an erased account was given to somebody else")


@case(only="folkmoot")
async def an_administrator_runs_the_service_from_a_client(server):
    async with sessions(server, f"{servers.ADMIN}/office", "watcher/phone") as [chief, watcher]:
        listed = await chief["xep_0050"].get_commands(servers.DOMAIN, timeout=10)
        nodes = {node for _, node, _ in listed["disco_items"]["items"]}
        assert {ADMIN_NODE + name for name in ("add-user", "announce", "get-online-users-num")} <= nodes, nodes
        hidden = await watcher["xep_0050"].get_commands(servers.DOMAIN, timeout=10)
        assert not hidden["disco_items"]["items"], "commands of administrators are shown to others"
        fields = {"accountjid": address("made"), "password": PASSWORD, "password-verify": PASSWORD}
        notes = (await run_command(chief, "add-user", fields))["command"]["notes"]
        assert notes == [("info", f"{address('made')} can be used now.")], notes
        made = await Client(server, "made", PASSWORD).login()
        await run_command(chief, "announce", {"announcement": ["We stop soon.", "Log off."]})
        for client in (chief, watcher, made):
            await client.expect_message("We stop soon.\nLog off.")
        assert "3 people" in server.run(*server.command(), "announce", "Now.")
        await watcher.expect_message("Now.")
        await run_command(chief, "delete-user", {"accountjids": [address("made")]})
        await made.expect("disconnected")
        assert await Client(server, "made", PASSWORD).login_fails() == "not-authorized"


ADMIN_NODE = "http://jabber.org/protocol/admin#"


async def run_command(client, name, fields):
    """Fills in the one form of a command of XEP-0133."""
    commands = client["xep_0050"]
    begun = await commands.send_command(servers.DOMAIN, ADMIN_NODE + name, timeout=10)
    form = begun["command"]["form"]
    missing = set(fields) - set(form.get_fields())
    assert not missing, f"{name} does not ask for {missing}"
    form["type"] = "submit"
    form["values"] = fields
    going_on = {"action": "complete", "payload": [form], "sessionid": begun["command"]["sessionid"]}
    done = await commands.send_command(servers.DOMAIN, ADMIN_NODE + name, timeout=10, **going_on)
    assert done["command"]["status"] == "completed", done
    return done


@case(only="folkmoot")
async def the_service_tells_what_calls_need_and_how_to_reach_it(server):
    async with sessions(server, "caller", "callee") as [caller, callee]:
        [service] = await caller.ask("get", "<services xmlns='urn:xmpp:extdisco:2' type='turn'/>", servers.DOMAIN)
        turn = service.attrib
        assert (turn["host"], turn["port"], turn["transport"]) == (f"turn.{servers.DOMAIN}", "3478", "udp"), turn
        key = hmac.new(servers.TURN_SECRET.encode(), turn["username"].encode(), "sha1").digest()
        assert turn["password"] == base64.b64encode(key).decode(), "coturn would not let this in"
        assert int(turn["username"].split(":")[0]) > time.time() + 3600, turn
        moment = await caller["xep_0202"].get_entity_time(servers.DOMAIN, timeout=10)
        # slixmpp 1.x puts another Z behind the time and cannot read it then.
        told = datetime.datetime.fromisoformat(moment.xml.find(".//{urn:xmpp:time}utc").text.replace("Z", "+00:00"))
        assert abs((told - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 60, moment
        uptime = await caller["xep_0012"].get_last_activity(servers.DOMAIN, timeout=10)
        assert 0 <= int(uptime["last_activity"]["seconds"]) < 3600, uptime
        info = await caller["xep_0030"].get_info(jid=servers.DOMAIN, timeout=10)
        assert f"mailto:abuse@{servers.DOMAIN}" in str(info), info
        await befriend(caller, callee)
        callee.send_presence(ptype="unavailable", pstatus="Heading home")
        await caller.expect("presence_unavailable", lambda stanza: stanza["from"] == callee.boundjid)
        away = await caller["xep_0012"].get_last_activity(callee.boundjid.bare, timeout=10)
        assert away["last_activity"]["status"] == "Heading home", away


@case(only="folkmoot")
async def a_person_sees_who_has_access(server):
    async with sessions(server, "owner/desk", "owner/tablet") as [desk, _]:
        listed = await desk.ask("get", "<list xmlns='urn:xmpp:cam:0'/>")
        assert [client.get("connected") for client in listed] == ["true", "true"], listed
        ids = [client.get("id") for client in listed]
        try:
            await desk.ask("set", f"<revoke xmlns='urn:xmpp:cam:0' id='{ids[1]}'/>")
        except IqError as error:
            assert error.condition == "service-unavailable", error
            assert error.iq["error"].xml.find("{urn:xmpp:cam:0}password-reset-required") is not None, error.iq
            return
        raise AssertionError("a client that knows the password was revoked")


@case(seconds=90)
async def profanity_chats_with_slixmpp(server):
    async with sessions(server, "prof-friend") as [friend]:
        server.add("prof-user", PASSWORD)
        with profanity.Profanity(server, "prof-user", PASSWORD) as screen:
            await screen.shows("logged in successfully")
            screen.types(f"/sub request {friend.boundjid.bare}")
            await friend.expect("presence_subscribe", lambda stanza: stanza["from"].bare == address("prof-user"))
            friend.send_presence_subscription(pto=address("prof-user"), ptype="subscribed")
            friend.send_presence_subscription(pto=address("prof-user"))
            await screen.shows("prof-friend")
            screen.types(f"/sub allow {friend.boundjid.bare}")
            await friend.expect("presence_subscribed")
            await friend.expect("presence_available", lambda stanza: stanza["from"].bare == address("prof-user"))
            screen.types("/roster")
            await screen.shows(f"{friend.boundjid.bare}")
            screen.types(f"/msg {friend.boundjid.bare} hello from the terminal")
            got = await friend.expect_message("hello from the terminal")
            friend.chat(got["from"], "hello from the library")
            await screen.shows("hello from the library")
            assert "prof-friend" in screen.text(), screen.text()


@case(seconds=90)
async def profanity_shows_history_from_the_archive(server):
    async with sessions(server, "hist-friend") as [friend]:
        server.add("hist-user", PASSWORD)
        other = await Client(server, "hist-user", PASSWORD, "before").login()
        friend.chat(other.boundjid.bare, "said long before")
        await other.expect_message("said long before")
        other.chat(friend.boundjid.bare, "answered long before")
        await friend.expect_message("answered long before")
        await other.leave()
        with profanity.Profanity(server, "hist-user", PASSWORD) as screen:
            await screen.shows("logged in successfully")
            screen.types("/mam on")
            screen.types(f"/msg {friend.boundjid.bare}")
            await screen.shows("said long before")
            await screen.shows("answered long before")


@case(only="folkmoot")
async def a_web_page_chats_and_comes_back_to_its_session(server):
    async with sessions(server, "web-friend") as [friend]:
        server.add("web-user", PASSWORD)
        async with browser.Browser(server, "web-user", PASSWORD) as page:
            assert (await page.expect("online")).startswith(f"online {address('web-user')}/browser")
            page.tell(f"say {friend.boundjid.bare} hello from the web")
            got = await friend.expect_message("hello from the web")
            friend.chat(got["from"], "hello from the library")
            await page.expect("message hello from the library")
            page.tell("drop")
            await page.expect("status disconnect")
            friend.chat(got["from"], "said while away")
            await page.expect("message said while away")
            await page.expect("resumed")
            page.tell(f"say {friend.boundjid.bare} back again")
            again = await friend.expect_message("back again")
            assert again["from"] == got["from"], "it is the same session"
            await page.stop()


@case(only="folkmoot")
async def a_stream_over_requests(server):
    async with sessions(server, "bosh-friend") as [friend]:
        server.add("bosh-user", PASSWORD)
        session = bosh.Session(server)
        own = await asyncio.to_thread(session.log_in, "bosh-user", PASSWORD)
        assert own.startswith(address("bosh-user")), own
        message = f"<message xmlns='jabber:client' to='{friend.boundjid.bare}' type='chat'><body>by post</body></message>"
        await asyncio.to_thread(session.send, "<presence xmlns='jabber:client'/>" + message)
        got = await friend.expect_message("by post")
        assert got["from"] == own, got["from"]
        friend.chat(own, "by return of post")
        await asyncio.to_thread(session.receive, "<body>by return of post</body>")
        # A request whose answer was lost is answered alike.
        assert await asyncio.to_thread(session.repeat) == session.last
        await asyncio.to_thread(session.receive_nothing)
        assert "type='terminate'" in await asyncio.to_thread(session.end)
        assert "condition='item-not-found'" in await asyncio.to_thread(session.send, "")


@case(only="folkmoot", seconds=120)
async def accounts_move_here_from_prosody(_):
    await moving.move(moving.OldProsody, "prosody", befriend)


@case(only="folkmoot", seconds=180)
async def accounts_move_here_from_ejabberd(_):
    await moving.move(moving.OldEjabberd, "ejabberd", befriend)


def main():
    """Runs one case; what it logs goes to the standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s")
    chosen = CASES[sys.argv[1]]
    asyncio.run(asyncio.wait_for(chosen(servers.from_environment()), chosen.seconds))


if __name__ == "__main__":
    main()
