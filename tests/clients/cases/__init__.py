"""Every case. Each makes accounts of its own, so that none depends on another."""

# ruff: noqa: F401: to import a case is to register it.
from cases import accounts, coming_in, converse, files, gajim, moving, people, profile, requests, rooms, services, streams
from cases import rooms_run, terminal, web_library
