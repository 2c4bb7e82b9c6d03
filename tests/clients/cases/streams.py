"""Logins and streams, with slixmpp: what holds before anybody says anything."""

import asyncio

import servers
from drivers.slix import Client, sessions
from registry import PASSWORD, SLIXMPP, case
from servers import address


@case(SLIXMPP, "login")
async def login_over_starttls(server):
    async with sessions(server, "starttls") as [client]:
        assert client.mechanism().startswith("SCRAM-"), client.mechanism()
        assert client.boundjid.bare == address("starttls"), client.boundjid


@case(SLIXMPP)
async def login_over_direct_tls(server):
    async with sessions(server, "directtls", tls="direct") as [client]:
        assert client.mechanism().startswith("SCRAM-"), client.mechanism()
        assert client.boundjid.bare == address("directtls"), client.boundjid


@case(SLIXMPP)
async def a_wrong_password_is_refused(server):
    server.add("wrong", PASSWORD)
    condition = await Client(server, "wrong", "not the password").login_fails()
    assert condition == "not-authorized", condition
    condition = await Client(server, "nobody-here", PASSWORD).login_fails()
    assert condition == "not-authorized", f"an account that is not there: {condition}"
    await (await Client(server, "wrong", PASSWORD).login()).leave()


@case(SLIXMPP)
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


@case(SLIXMPP, "resumption")
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


@case(SLIXMPP, only="folkmoot")
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
