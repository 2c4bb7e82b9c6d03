"""A stream over requests (BOSH), by hand: what Converse and its like send."""

import base64
import hashlib
import hmac
import http.client
import re
import secrets
import ssl

import servers

NS = "http://jabber.org/protocol/httpbind"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
SECONDS = 20
EMPTY_MAX = 10


class Session:
    """One session. Requests go one after the other, each on a connection that stays."""

    def __init__(self, server):
        context = ssl.create_default_context(cafile=str(server.chain))
        self.connection = http.client.HTTPSConnection(servers.ADDRESS, server.https_port, timeout=SECONDS, context=context)
        self.rid = secrets.randbelow(2**40) + 1
        self.sid = ""
        self.sent = self.last = ""

    def post(self, body):
        """Sends a body as it is; returns the answer's."""
        self.connection.request("POST", "/http-bind", body, {"Content-Type": "text/xml; charset=utf-8"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        print(f"BOSH sent {body}\nBOSH received {answer.status} {text}", flush=True)
        assert answer.status == 200 and text.startswith(f"<body xmlns='{NS}'"), text
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return text

    def send(self, elements, attributes=""):
        """Sends elements; returns the answer."""
        self.rid += 1
        sid = f" sid='{self.sid}'" if self.sid else ""
        self.sent = f"<body xmlns='{NS}' rid='{self.rid}'{sid}{attributes}>{elements}</body>"
        self.last = self.post(self.sent)
        return self.last

    def repeat(self):
        """Sends the last request again."""
        return self.post(self.sent)

    def receive(self, part, first=None):
        """Asks until an answer has this in it; returns it."""
        text = first
        for _ in range(EMPTY_MAX):
            text = self.send("") if text is None else text
            if part in text:
                return text
            text = None
        raise AssertionError(f"no {part}")

    def receive_nothing(self):
        """A request that nothing comes for is held, and then answered empty."""
        text = self.send("")
        while "<presence" in text:
            text = self.send("")
        assert text.endswith("/>"), text

    def log_in(self, name, password):
        """Logs in by SCRAM-SHA-256 and binds; returns the full address."""
        terms = " xml:lang='en' hold='1' wait='2' ver='1.6' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'"
        opened = self.send("", f" to='{servers.DOMAIN}'{terms}")
        self.sid = re.search(r" sid='([^']+)'", opened)[1]
        assert "wait='2'" in opened and "xmpp:version='1.0'" in opened, opened
        self.receive("<mechanism>SCRAM-SHA-256</mechanism>", opened)
        bare = f"n={name},r={secrets.token_hex(12)}"
        first = base64.b64encode(f"n,,{bare}".encode()).decode()
        challenge = self.receive("<challenge", self.send(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-256'>{first}</auth>"))
        theirs = base64.b64decode(re.search(r"<challenge[^>]*>([^<]+)<", challenge)[1]).decode()
        proof = base64.b64encode(prove(bare, theirs, password).encode()).decode()
        self.receive("<success", self.send(f"<response xmlns='{SASL}'>{proof}</response>"))
        restart = f" to='{servers.DOMAIN}' xmlns:xmpp='urn:xmpp:xbosh' xmpp:restart='true'"
        self.receive("urn:ietf:params:xml:ns:xmpp-bind", self.send("", restart))
        bind = "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
        return re.search(r"<jid>([^<]+)</jid>", self.receive("<jid>", self.send(bind)))[1]

    def end(self):
        """Ends the session."""
        return self.send("<presence xmlns='jabber:client' type='unavailable'/>", " type='terminate'")


def prove(bare, theirs, password):
    """The client's last message of SCRAM-SHA-256."""
    said = dict(part.split("=", 1) for part in theirs.split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(said["s"]), int(said["i"]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = f"c=biws,r={said['r']}"
    signature = hmac.digest(hashlib.sha256(key).digest(), f"{bare},{theirs},{last}".encode(), "sha256")
    proof = bytes(left ^ right for left, right in zip(key, signature, strict=True))
    return f"{last},p={base64.b64encode(proof).decode()}"
