"""The desk in a browser: the first owner comes by the link that the service shows, gives a role, leaves, and logs in."""

import time

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
    browser.clicks("main form button")
    expect(visitor, "/desk/", "olga@localhost")


def gives_a_role(visitor, address):
    """Makes somebody a moderator."""
    browser = visitor.browser
    browser.open(f"{visitor.origin}/desk/staff")
    browser.types("#name", address)
    browser.clicks("#role option[value=moderator]")
    browser.clicks("form[action='/desk/staff/give'] button")
    expect(visitor, "/desk/staff", f"{address} has the role now.")


def leaves_and_comes_back(visitor):
    """Out, and in again with the password."""
    browser = visitor.browser
    browser.clicks("form[action='/desk/logout'] button")
    expect(visitor, "/desk/login", "Log in")
    browser.open(f"{visitor.origin}/desk/deeds")
    expect(visitor, "/desk/login", "Log in")
    browser.types("#name", "olga")
    browser.types("#password", PASSWORD)
    browser.clicks("main form button")
    expect(visitor, "/desk/", "olga@localhost")


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
