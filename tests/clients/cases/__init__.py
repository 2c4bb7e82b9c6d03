"""Every case. Each makes accounts of its own, so that none depends on another."""

# ruff: noqa: F401: to import a case is to register it.
from cases import accounts, converse, files, gajim, moving, people, profile, requests, rooms, services, streams, terminal, web_library
