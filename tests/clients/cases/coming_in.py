"""How people get an account from their client: in each mode, and by an invitation."""

import asyncio
import contextlib

from slixmpp.exceptions import IqError
from slixmpp.xmlstream.handler import Waiter
from slixmpp.xmlstream.matcher import MatcherId

from drivers.slix import Client, sessions
from drivers.terminal import Profanity
from drivers.witness import SECONDS
from registry import PASSWORD, PROFANITY, SLIXMPP, case
from servers import ADDRESS, DOMAIN, address


class Newcomer(Client):
    """A client that registers before it logs in, by an invitation or without."""

    def __init__(self, server, name, token=None):
        super().__init__(server, name, PASSWORD)
        self.token = token
        register = self["xep_0077"]
        register.create_account = True
        # slixmpp knows no invitations; it asks for the form by itself, before which the token has to come.
        self.ask_for_form, register.get_registration = register.get_registration, self.on_offer
        self.add_event_handler("register", self.on_form)

    async def on_offer(self, *arguments, **options):
        """XEP-0445 §4"""
        try:
            if self.token is not None:
                await self.preauth()
            return await self.ask_for_form(*arguments, **options)
        except IqError as error:
            self.note("refused", error.condition)
            self.abort()
            raise

    async def preauth(self):
        """Presents the token. slixmpp holds back what it does not know while it is not logged in."""
        answer = Waiter("preauth", MatcherId("preauth"))
        self.register_handler(answer)
        token = f"<preauth xmlns='urn:xmpp:pars:0' token='{self.token}'/>"
        self.send_raw(f"<iq type='set' id='preauth' to='{self.boundjid.domain}'>{token}</iq>")
        iq = await answer.wait(SECONDS)
        if iq["type"] == "error":
            raise IqError(iq)

    async def on_form(self, _):
        """XEP-0077 §3.1"""
        iq = self.make_iq_set(ito=self.boundjid.domain)
        iq["register"]["username"] = self.boundjid.user
        iq["register"]["password"] = self.password
        try:
            await iq.send()
        except IqError as error:
            self.note("refused", error.condition)
            self.abort()


@case(SLIXMPP, "sign-up", only="folkmoot")
async def slixmpp_signs_up_where_all_may(server):
    with server.letting_in("open"):
        newcomer = Newcomer(server, "new-open")
        await newcomer.login()
        await newcomer.leave()
        late = Newcomer(server, "new-open")
        late.dial()
        assert await late.expect("refused") == "conflict"


@case(SLIXMPP, "invitation", only="folkmoot")
async def slixmpp_comes_by_an_invitation(server):
    token = server.invite("new-named")
    thief = Newcomer(server, "new-thief", token)
    thief.dial()
    assert await thief.expect("refused") == "not-acceptable"
    newcomer = Newcomer(server, "new-named", token)
    await newcomer.login()
    await newcomer.leave()
    again = Newcomer(server, "new-again", token)
    again.dial()
    assert await again.expect("refused") == "item-not-found"


@case(SLIXMPP, "invite a friend", only="folkmoot")
async def slixmpp_invites_a_friend(server):
    async with sessions(server, "inviter") as [inviter]:
        command = await inviter["xep_0050"].send_command(inviter.boundjid.domain, "urn:xmpp:invite#invite")
        form = command["command"]["form"].get_values()
        assert form["uri"].startswith(f"xmpp:{inviter.boundjid.bare}?roster;preauth="), form
        assert form["uri"].endswith(";ibr=y") and form["landing-url"].startswith("https://"), form
        token = form["uri"].partition("preauth=")[2].partition(";")[0]
        friend = Newcomer(server, "invitee", token)
        await friend.login()
        await inviter.expect("presence_available", lambda stanza: stanza["from"] == friend.boundjid)
        assert friend.client_roster[inviter.boundjid.bare]["subscription"] == "both"
        assert inviter.client_roster[friend.boundjid.bare]["subscription"] == "both"
        await friend.leave()


@case(SLIXMPP, only="folkmoot")
async def slixmpp_is_told_where_nobody_comes_in(server):
    uninvited = Newcomer(server, "new-uninvited")
    uninvited.dial()
    assert await uninvited.expect("refused") == "not-allowed"
    with server.letting_in("closed"):
        # Nothing is offered, and it does not even ask.
        assert await Newcomer(server, "new-closed").login_fails() == "not-authorized"


@contextlib.asynccontextmanager
async def on_this_machine(server):
    """Profanity finds a host by its name: what connects to `localhost` reaches the server."""

    async def pass_on(reader, writer):
        there, here = await asyncio.open_connection(ADDRESS, server.starttls_port)

        async def pump(source, sink):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
            sink.close()

        await asyncio.gather(pump(reader, here), pump(there, writer), return_exceptions=True)

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as listening:
        yield listening.sockets[0].getsockname()[1]


@case(PROFANITY, "sign-up", only="folkmoot", seconds=90)
async def profanity_registers(server):
    with server.letting_in("open"):
        async with on_this_machine(server) as port:
            with Profanity(server) as screen:
                await screen.shows("Profanity")
                screen.types(f"/register prof-new {DOMAIN} port {port} tls trust")
                await screen.shows("Enter password")
                screen.types(PASSWORD)
                await screen.shows("Confirm password")
                screen.types(PASSWORD)
                await screen.shows("Registration successful")
    newcomer = await Client(server, "prof-new", PASSWORD).login()
    assert newcomer.boundjid.bare == address("prof-new")
    await newcomer.leave()
