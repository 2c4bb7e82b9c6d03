"""How a case is told: which client it drives, what it shows that the client can do, and how long it may take."""

import dataclasses

# The names at the head of the table.
SLIXMPP, NBXMPP, PROFANITY, WEB_LIBRARY, CONVERSE = "slixmpp", "nbxmpp", "Profanity", "@xmpp/client", "Converse"
CLIENTS = [SLIXMPP, NBXMPP, PROFANITY, WEB_LIBRARY, CONVERSE]
# What we send ourselves; not a client of the table.
BY_HAND = "by hand"

PASSWORD = "correct horse battery"
CASES = {}


@dataclasses.dataclass(frozen=True)
class Case:
    """One case: an asynchronous function that is given the server, and what is told of it."""

    function: object
    client: str
    shows: tuple
    only: str | None
    seconds: int


def case(client, *shows, only=None, seconds=60):
    """Registers a case: the client, the capabilities it shows, the one server it is for, and how long it may take."""

    def register(function):
        name = function.__name__
        assert name not in CASES, f"two cases are called {name}"
        CASES[name] = Case(function, client, shows, only, seconds)
        return function

    return register
