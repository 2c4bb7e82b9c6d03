"""Every case. Each makes accounts of its own, so that none depends on another."""

from cases import accounts, converse, gajim, people, requests, services, streams, terminal, web_library  # noqa: F401: they register
