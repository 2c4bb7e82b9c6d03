"""What a web page does that is written with @xmpp/client."""

from drivers.slix import sessions
from drivers.web_library import Page
from registry import PASSWORD, WEB_LIBRARY, case
from servers import address


@case(WEB_LIBRARY, "login", "chat", "resumption", only="folkmoot")
async def a_web_page_chats_and_comes_back_to_its_session(server):
    async with sessions(server, "web-friend") as [friend]:
        server.add("web-user", PASSWORD)
        async with Page(server, "web-user", PASSWORD) as page:
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
