"""What a service offers beside chat: commands for its administrators, and what calls need, with slixmpp."""

import base64
import datetime
import hmac
import re
import time

import servers
from drivers.slix import Client, befriend, sessions
from registry import PASSWORD, SLIXMPP, case
from servers import address


@case(SLIXMPP, only="folkmoot")
async def an_administrator_runs_the_service_from_a_client(server):
    async with sessions(server, f"{servers.ADMIN}/office", "watcher/phone") as [chief, watcher]:
        listed = await chief["xep_0050"].get_commands(servers.DOMAIN, timeout=10)
        nodes = command_nodes(listed)
        assert {ADMIN_NODE + name for name in ("add-user", "announce", "get-online-users-num")} <= nodes, nodes
        for_everybody = command_nodes(await watcher["xep_0050"].get_commands(servers.DOMAIN, timeout=10))
        assert not any(node.startswith(ADMIN_NODE) for node in for_everybody), for_everybody
        fields = {"accountjid": address("made"), "password": PASSWORD, "password-verify": PASSWORD}
        notes = (await run_command(chief, "add-user", fields))["command"]["notes"]
        assert notes == [("info", f"{address('made')} can be used now.")], notes
        made = await Client(server, "made", PASSWORD).login()
        await run_command(chief, "announce", {"announcement": ["We stop soon.", "Log off."]})
        for client in (chief, watcher, made):
            await client.expect_message("We stop soon.\nLog off.")
        # Sessions of other cases may still wait for their clients.
        [reached] = re.findall(r"(\d+) people", server.run(*server.command(), "announce", "Now."))
        assert int(reached) >= 3, reached
        await watcher.expect_message("Now.")
        await run_command(chief, "delete-user", {"accountjids": [address("made")]})
        await made.expect("disconnected")
        assert await Client(server, "made", PASSWORD).login_fails() == "not-authorized"


ADMIN_NODE = "http://jabber.org/protocol/admin#"


def command_nodes(listed):
    return {node for _, node, _ in listed["disco_items"]["items"]}


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


@case(SLIXMPP, only="folkmoot")
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
