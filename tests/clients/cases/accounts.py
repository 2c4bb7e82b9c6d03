"""What becomes of an account, and what its owner sees of it."""

from slixmpp.exceptions import IqError

import servers
from drivers.slix import Client, befriend, sessions
from registry import PASSWORD, SLIXMPP, case


@case(SLIXMPP)
async def a_new_password_ends_sessions(server):
    async with sessions(server, "changes") as [client]:
        server.set_password("changes", "another password")
        await client.expect("disconnected")
        condition = await Client(server, "changes", PASSWORD).login_fails()
        assert condition == "not-authorized", condition
        await (await Client(server, "changes", "another password").login()).leave()


@case(SLIXMPP, only="folkmoot")
async def a_disabled_account_is_closed(server):
    async with sessions(server, "closed") as [client]:
        server.disable("closed")
        await client.expect("disconnected")
        condition = await Client(server, "closed", PASSWORD).login_fails()
        assert condition in ("account-disabled", "not-authorized"), condition
        server.enable("closed")
        await (await Client(server, "closed", PASSWORD).login()).leave()


@case(SLIXMPP, "account removal", only="folkmoot")
async def an_account_is_removed_by_its_owner(server):
    async with sessions(server, "leaving", "leaving-friend") as [leaving, friend]:
        await befriend(leaving, friend)
        await leaving["xep_0077"].cancel_registration()
        await leaving.expect("disconnected")
        await friend.expect("presence_unavailable", lambda stanza: stanza["from"] == leaving.boundjid)
        condition = await Client(server, "leaving", PASSWORD).login_fails()
        assert condition == "not-authorized", condition


@case(SLIXMPP, only="folkmoot")
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


@case(SLIXMPP, "device list and revoke", only="folkmoot")
async def a_person_sees_who_has_access(server):
    async with sessions(server, "owner/desk", "owner/tablet") as [desk, _]:
        listed = await desk["xep_0494"].get_clients()
        assert [client["connected"] for client in listed] == [True, True], listed
        ids = [client["id"] for client in listed]
        try:
            # slixmpp 1.17 asks for this as for a list; XEP-0494 §3.2 wants a set.
            await desk.ask("set", f"<revoke xmlns='urn:xmpp:cam:0' id='{ids[1]}'/>")
        except IqError as error:
            assert error.condition == "service-unavailable", error
            assert error.iq["error"].xml.find("{urn:xmpp:cam:0}password-reset-required") is not None, error.iq
            return
        raise AssertionError("a client that knows the password was revoked")
