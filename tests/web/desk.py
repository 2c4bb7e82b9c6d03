"""The desk in a browser: the first owner comes by the link that the service shows, gives a role, leaves, and logs in."""

import time

from drivers.webdriver import Refused

PASSWORD = "correct horse battery staple"
# A form is answered by then.
SECONDS = 10
# What everybody sees, and what the owner sees.
OUTSIDE = ["/desk/login"]
INSIDE = ["/desk/", "/desk/reports", "/desk/invitations", "/desk/invitations/tree", "/desk/accounts", "/desk/accounts/moritz", "/desk/accounts/lina/delete", "/desk/federation", "/desk/promises", "/desk/staff", "/desk/deeds"]


def comes_first(visitor, link):
    """Takes the service over by its link, with a new account."""
    visitor.reads(link.removeprefix(visitor.origin), "desk-first-en-phone-light")
    browser = visitor.browser
    browser.types("#name", "olga")
    browser.types("#password", PASSWORD)
    browser.types("#password_again", PASSWORD)
    submits(browser, "main form button")
    expect(visitor, "/desk/", "olga@localhost")


def gives_a_role(visitor, address):
    """Makes somebody a moderator."""
    browser = visitor.browser
    browser.open(f"{visitor.origin}/desk/staff")
    browser.types("#name", address)
    browser.clicks("#role option[value=moderator]")
    submits(browser, "form[action='/desk/staff/give'] button")
    expect(visitor, "/desk/staff", f"{address} has the role now.")


def acts_on_an_account(visitor, name):
    """Shuts somebody out, lets them in again, and gives them another password."""
    browser, page = visitor.browser, f"/desk/accounts/{name}"
    browser.open(f"{visitor.origin}/desk/accounts")
    browser.types("#q", name[:3])
    submits(browser, "main form button")
    expect(visitor, "/desk/accounts", f"{name}@localhost")
    submits(browser, f"a[href='{page}']")
    expect(visitor, page, "in use")
    submits(browser, f"form[action='{page}/disable'] button")
    expect(visitor, page, f"{name}@localhost is disabled")
    submits(browser, f"form[action='{page}/enable'] button")
    expect(visitor, page, f"{name}@localhost can be used again.")
    submits(browser, f"form[action='{page}/set-password'] button")
    expect(visitor, f"{page}/set-password", "It is shown only now.")


def invites(visitor):
    """Makes an invitation, and sees who came."""
    browser = visitor.browser
    browser.open(f"{visitor.origin}/desk/invitations")
    browser.types("#name", "juliet")
    submits(browser, "form[action='/desk/invitations/make'] button")
    expect(visitor, "/desk/invitations/make", "xmpp:juliet@localhost?register;preauth=")


def decides(visitor, domain):
    """Refuses another service."""
    browser = visitor.browser
    browser.open(f"{visitor.origin}/desk/federation")
    browser.types("#domain", domain)
    browser.types("#reason", "Spam")
    submits(browser, "form[action='/desk/federation/decide'] button")
    expect(visitor, "/desk/federation", f"What was decided about {domain} holds from now on.")


def leaves_and_comes_back(visitor):
    """Out, and in again with the password."""
    browser = visitor.browser
    submits(browser, "form[action='/desk/logout'] button")
    expect(visitor, "/desk/login", "Log in")
    browser.open(f"{visitor.origin}/desk/deeds")
    expect(visitor, "/desk/login", "Log in")
    browser.types("#name", "olga")
    browser.types("#password", PASSWORD)
    submits(browser, "main form button")
    expect(visitor, "/desk/", "olga@localhost")


def submits(browser, selector):
    """Presses a button, or follows a link, and waits until its page is gone: what is asked of a browser between two pages
    is answered by neither."""
    page = browser.find("html")
    browser.post(f"{browser.session}/execute/sync", script="document.querySelector(arguments[0]).click()", args=[selector])
    deadline = time.monotonic() + SECONDS
    while is_there(browser, page) and time.monotonic() < deadline:
        time.sleep(0.02)


def is_there(browser, element):
    """Whether an element is part of the page that is shown."""
    try:
        browser.call("GET", f"{element}/name")
    except Refused:
        return False
    return True


def expect(visitor, path, text):
    """Waits until the browser is there and shows that; notes it if it never does."""
    deadline = time.monotonic() + SECONDS
    while True:
        seen = visitor.browser.run("return { path: location.pathname, text: document.body.innerText };")
        if seen["path"] == path and text in seen["text"]:
            return
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    visitor.wrong.append(f"at {seen['path']}, not {path} with {text!r}: {seen['text']}")
