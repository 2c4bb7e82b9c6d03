"""What every client of a case has: a memory of what it saw, and patience, with an end, for what it should see."""

import asyncio
import logging

# How long a thing may take that should be there at once: long enough for a busy machine.
SECONDS = 15
# How long to wait for what should never come.
QUIET_SECONDS = 1.5

log = logging.getLogger("case")


class Witness:
    """Remembers events, by name, in order, each with what came with it."""

    def __init__(self, name):
        self.name = name
        self.seen = []
        self.news = asyncio.Event()

    def note(self, event, what):
        """Remembers an event."""
        log.debug("%s saw %s: %s", self.name, event, what)
        self.seen.append((event, what))
        self.news.set()

    async def expect(self, event, matches=lambda what: True, seconds=SECONDS):
        """Waits for an event, takes it out of the memory, and returns what came with it."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            for index, (seen, what) in enumerate(self.seen):
                if seen == event and matches(what):
                    del self.seen[index]
                    return what
            self.news.clear()
            left = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except asyncio.TimeoutError:
                short = [f"{seen}: {what}" for seen, what in self.seen]
                raise AssertionError(f"{self.name} waited {seconds} s for {event}; saw {short}") from None

    async def quiet(self, event, matches=lambda what: True, seconds=QUIET_SECONDS):
        """Fails if the event comes after all."""
        await asyncio.sleep(seconds)
        late = [str(what) for seen, what in self.seen if seen == event and matches(what)]
        assert not late, f"{self.name} saw {event}, which should not be: {late}"
