"""Files: what a client puts on the service is fetched by whoever has the address, and by nobody when it is gone."""

import asyncio
import base64
import io
import os
import pathlib
import ssl
import tempfile
import urllib.error
import urllib.request

from nbxmpp.protocol import JID

import servers
from drivers import picture
from drivers.converse import Converse
from drivers.gajim import Gajim
from drivers.slix import sessions
from drivers.terminal import Profanity
from drivers.web_library import Page
from registry import CONVERSE, NBXMPP, PASSWORD, PROFANITY, SLIXMPP, WEB_LIBRARY, case
from servers import address

SERVICE = f"upload.{servers.DOMAIN}"
NOTE = b"Not for everybody.\n"
PICTURE = picture.png(77)
UPLOAD = "urn:xmpp:http:upload:0"


async def ask_web(server, url, method="GET", content=None, kind="text/plain"):
    """What a program that trusts the service's certificate gets: status, head, and bytes."""

    def asked():
        context = ssl.create_default_context(cafile=server.chain)
        request = urllib.request.Request(url, content, {"Content-Type": kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read()

    return await asyncio.to_thread(asked)


async def fetched(server, url):
    """The head and the bytes of a file that is there."""
    status, head, content = await ask_web(server, url)
    assert status == 200, (status, content)
    return head, content


@case(SLIXMPP, "files", only="folkmoot")
async def a_file_is_sent_and_taken_down(server):
    # What puts the file there asks the system whom to trust.
    os.environ["SSL_CERT_FILE"] = str(server.chain)
    async with sessions(server, "file-sender", "file-friend") as [sender, friend]:
        sender.register_plugin("xep_0363")
        url = await sender["xep_0363"].upload_file(
            "très <cool>.png", content_type="image/png", input_file=io.BytesIO(PICTURE), size=len(PICTURE))
        sender.chat(friend.boundjid.bare, url)
        got = await friend.expect_message(url)
        head, content = await fetched(server, got["body"])
        assert content == PICTURE and head["Content-Type"] == "image/png", head.items()
        listed = server.account("files", "file-sender")
        assert "très <cool>.png" in listed and f"1 files, {len(content)} bytes." in listed, listed
        server.run(*server.command(), "files", "delete", url)
        assert (await ask_web(server, url))[0] == 410
        assert "delete-file file-sender@localhost" in server.account("deeds")


@case(SLIXMPP, only="folkmoot")
async def the_files_of_an_erased_account_are_gone(server):
    os.environ["SSL_CERT_FILE"] = str(server.chain)
    async with sessions(server, "file-goer") as [goer]:
        goer.register_plugin("xep_0363")
        url = await goer["xep_0363"].upload_file("note.html", input_file=io.BytesIO(NOTE), size=len(NOTE))
        head, content = await fetched(server, url)
        assert content == NOTE and head["Content-Disposition"].startswith("attachment;"), head.items()
        server.delete("file-goer")
        assert (await ask_web(server, url))[0] == 410
        await goer.expect("disconnected")


@case(NBXMPP, "files", only="folkmoot")
async def gajim_sends_a_file(server):
    server.add("gajim-file", PASSWORD)
    async with Gajim(server, "gajim-file") as gajim:
        await gajim.login()
        wish = (JID.from_string(SERVICE), "note.txt", len(NOTE), "text/plain")
        slot = await gajim.ask("HTTPUpload", "request_slot", *wish)
        assert (await ask_web(server, slot.put_uri, "PUT", NOTE))[0] == 201
        assert (await fetched(server, slot.get_uri))[1] == NOTE


@case(PROFANITY, "files", only="folkmoot", seconds=90)
async def profanity_sends_a_file(server):
    async with sessions(server, "prof-file-friend") as [friend]:
        server.add("prof-file", PASSWORD)
        with tempfile.TemporaryDirectory() as folder, Profanity(server, "prof-file", PASSWORD) as screen:
            note = pathlib.Path(folder) / "note.txt"
            note.write_bytes(NOTE)
            await screen.logged_in()
            await screen.knows(f"upload.{servers.DOMAIN}")
            screen.types(f"/msg {friend.boundjid.bare}")
            screen.types(f"/sendfile {note}")
            got = await friend.expect("message", lambda message: "/file/" in message["body"])
            assert (await fetched(server, got["body"]))[1] == NOTE


@case(WEB_LIBRARY, "files", only="folkmoot")
async def a_page_sends_a_file(server):
    server.add("web-file", PASSWORD)
    async with Page(server, "web-file") as page:
        await page.login()
        answer = await page.ask("get", f"<request xmlns='{UPLOAD}' filename='note.txt' size='{len(NOTE)}'/>", SERVICE)
        put, get = (answer.find(f".//{{{UPLOAD}}}{verb}").get("url") for verb in ("put", "get"))
        assert (await ask_web(server, put, "PUT", NOTE))[0] == 201
        assert (await fetched(server, get))[1] == NOTE


@case(CONVERSE, "files", only="folkmoot")
async def converse_sends_a_picture(server):
    async with sessions(server, "conv-file-friend") as [friend]:
        server.add("conv-file", PASSWORD)
        async with Converse(server, "conv-file") as page:
            await page.login()
            await page.open_chat(friend.boundjid.bare)
            # As when a person chooses a file: the browser asks whether a page from elsewhere may put it there.
            script = """
                const chat = await own.api.chats.get(given[0]);
                const bytes = Uint8Array.from(atob(given[1]), (char) => char.charCodeAt(0));
                await chat.sendFiles([new File([bytes], "cat.png", { type: "image/png" })]);
            """
            await page.run(script, friend.boundjid.bare, base64.b64encode(PICTURE).decode())
            got = await friend.expect("message", lambda message: "/file/" in message["body"])
            head, content = await fetched(server, got["body"])
            assert content == PICTURE and head["Content-Type"] == "image/png", head.items()
            # And shown in the page, which is of another origin.
            await page.until("shown", "return [...document.images].some((one) => one.src.includes('/file/') && one.naturalWidth)")
            assert address("conv-file") == got["from"].bare
