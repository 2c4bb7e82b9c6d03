"""Every case. Each makes accounts of its own, so that none depends on another."""

# ruff: noqa: F401: to import a case is to register it.
from cases import accounts, coming_in, converse, gajim, moving, people, profile, requests, services, streams, terminal
from cases import web_library
