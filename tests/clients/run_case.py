#!/usr/bin/env python3
"""Runs one case, by its name, against the server in the environment; `run.py` runs them all.

What it logs goes to the standard error.
"""

import asyncio
import logging
import sys

import cases  # noqa: F401: it fills the registry
import registry
import servers


def main():
    """Runs it, as long as it may take."""
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s")
    chosen = registry.CASES[sys.argv[1]]
    asyncio.run(asyncio.wait_for(chosen.function(servers.from_environment()), chosen.seconds))


if __name__ == "__main__":
    main()
