"""Profanity in a terminal of tmux: a real client as a person at a keyboard has it."""

import asyncio
import os
import pathlib
import shutil
import subprocess
import tempfile

import servers

SECONDS = 20


class Profanity:
    """A terminal with Profanity logged in to an account, or to none without a name. A context manager."""

    def __init__(self, server, name=None, password=None):
        self.account = "" if name is None else "-a case"
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="profanity-"))
        self.socket = self.home / "tmux"
        config, data = self.home / "config", self.home / "data"
        (config / "profanity").mkdir(parents=True)
        (data / "profanity").mkdir(parents=True)
        (config / "profanity" / "profrc").write_text("[notifications]\nmessage=false\n[ui]\nsplash=false\n")
        (data / "profanity" / "accounts").write_text(
            f"[case]\nenabled=true\njid={name}@{servers.DOMAIN}\nresource=profanity\npassword={password}\n"
            f"server={servers.ADDRESS}\nport={server.starttls_port}\ntls.policy=trust\n"
        )
        self.environment = dict(os.environ, XDG_CONFIG_HOME=str(config), XDG_DATA_HOME=str(data), LANG="C.UTF-8")
        self.environment.pop("TMUX", None)

    def __enter__(self):
        self.tmux("new-session", "-d", "-x", "150", "-y", "50", f"profanity {self.account} -l DEBUG")
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            shown = "\n".join(line for line in self.text().splitlines() if line.strip())
            print(f"Profanity's log:\n{self.log()}\nthe terminal at the end:\n{shown}")
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], capture_output=True, check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def tmux(self, *arguments):
        """Runs tmux on a server of its own."""
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def types(self, text):
        """Types a line."""
        self.tmux("send-keys", "-l", text)
        self.tmux("send-keys", "Enter")

    def text(self):
        """What the terminal shows."""
        try:
            return self.tmux("capture-pane", "-p")
        except subprocess.CalledProcessError as error:
            return f"the terminal is gone: {error.stderr}"

    def log(self):
        """The end of Profanity's own log."""
        logs = sorted((self.home / "data" / "profanity" / "logs").glob("*.log"))
        return "\n".join(logs[-1].read_text(errors="replace").splitlines()[-60:]) if logs else "no log"

    async def logged_in(self):
        """Waits until it has logged in and knows what the server can do: commands before that are refused."""
        await self.shows("logged in successfully")
        await self.knows(servers.DOMAIN)

    async def knows(self, address, seconds=SECONDS):
        """Waits until it knows what a service can do, which only its log says."""
        for _ in range(int(seconds / 0.2)):
            logs = (self.home / "data" / "profanity" / "logs").glob("*.log")
            if any(f"connection_features_received {address}\n" in log.read_text(errors="replace") for log in logs):
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"after {seconds} s it does not know what {address} can do")

    async def shows(self, text, seconds=SECONDS):
        """Waits until the terminal shows a text."""
        for _ in range(int(seconds / 0.2)):
            if text in self.text():
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"the terminal does not show {text!r} after {seconds} s")
