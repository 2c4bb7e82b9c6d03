//! Streams in the web: over WebSocket (RFC 7395) and BOSH (XEP-0124, XEP-0206), as far as a login.

use super::accounts::Account;
use super::http::Place;
use super::lack::{Lack, must};
use super::peer::within;
use bytes::{Buf, BytesMut};
use client::{Exchange, Failure, Keychain, Wire};
use data_encoding::BASE64;
use xmpp::ns;
use xmpp::scram::Hash;

/// One of the two.
pub enum Carrier {
    /// A connection of frames.
    WebSocket(Box<Wire>, BytesMut),
    /// A session of requests.
    Bosh(Session),
}

/// A session of BOSH.
pub struct Session {
    place: Place,
    path: String,
    rid: u64,
    sid: String,
}

impl Carrier {
    /// A WebSocket.
    pub async fn websocket(place: &Place, path: &str) -> Result<Carrier, Lack> {
        let (wire, input) = place.upgrade(path).await?;
        Ok(Carrier::WebSocket(Box::new(wire), input))
    }

    /// A session of BOSH, not begun.
    pub fn bosh(place: &Place, path: &str) -> Carrier {
        // XEP-0124 §14.1: the first of the numbers is a large one.
        let session = Session { place: place.clone(), path: path.to_owned(), rid: 1_573_741_820, sid: String::new() };
        Carrier::Bosh(session)
    }

    /// Logs in, binds a resource, and returns its address.
    pub async fn login(&mut self, account: &Account, keychain: &Keychain) -> Result<String, Lack> {
        let features = self.open(account.domain()).await?;
        let offered = |hash: &Hash| features.contains(&format!(">{}<", hash.mechanism()));
        let Some(hash) = Hash::ALL.into_iter().rfind(offered) else {
            return Err(Lack::Wrong("no SCRAM is offered on the stream".to_owned()));
        };
        let (exchange, first) = Exchange::begin(hash, account.name());
        let (sasl, mechanism, first) = (ns::SASL, hash.mechanism(), BASE64.encode(first.as_bytes()));
        let challenge = self.say(&format!("<auth xmlns='{sasl}' mechanism='{mechanism}'>{first}</auth>")).await?;
        let proof = decoded(&challenge, "challenge")
            .and_then(|challenge| exchange.answer(&challenge, &account.password, keychain))
            .ok_or_else(|| Lack::Wrong("no challenge of SCRAM came".to_owned()))?;
        let response = BASE64.encode(proof.client_final.as_bytes());
        let success = self.say(&format!("<response xmlns='{sasl}'>{response}</response>")).await?;
        let signature = decoded(&success, "success");
        must(signature == Some(proof.server_final), "the server did not prove that it knows the password")?;
        self.open(account.domain()).await?;
        let bind = format!("<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{}'/></iq>", ns::BIND);
        let bound = self.say(&bind).await?;
        let jid = inside(&bound, "jid").filter(|jid| jid.starts_with(&account.jid));
        Ok(jid.ok_or_else(|| Lack::Wrong("no resource was bound".to_owned()))?.to_owned())
    }

    /// Opens the stream, the first time or again, and returns its features.
    async fn open(&mut self, domain: &str) -> Result<String, Lack> {
        match self {
            Carrier::WebSocket(..) => {
                let opened = self.say(&format!("<open xmlns='{}' to='{domain}' version='1.0'/>", ns::FRAMING)).await?;
                must(opened.starts_with("<open"), "the stream was not opened with a frame `<open/>`")?;
                self.say("").await
            }
            Carrier::Bosh(session) => session.open(domain).await,
        }
    }

    /// Sends an element, and returns what comes next. Nothing is sent if there is nothing to say.
    async fn say(&mut self, element: &str) -> Result<String, Lack> {
        match self {
            Carrier::WebSocket(wire, input) => {
                let said = async {
                    if !element.is_empty() {
                        wire.write(&frame(element)).await?;
                    }
                    next_text(wire, input).await
                };
                within("a frame".to_owned(), said).await
            }
            Carrier::Bosh(session) => session.say("", element).await,
        }
    }
}

impl Session {
    async fn open(&mut self, domain: &str) -> Result<String, Lack> {
        if !self.sid.is_empty() {
            let again = format!(" to='{domain}' xmlns:xmpp='{}' xmpp:restart='true'", ns::XBOSH);
            return self.say(&again, "").await;
        }
        let attributes = format!(
            " to='{domain}' xml:lang='en' wait='5' hold='1' ver='1.6' content='text/xml; charset=utf-8' \
             xmlns:xmpp='{}' xmpp:version='1.0'",
            ns::XBOSH
        );
        let opened = self.say(&attributes, "").await?;
        let sid = attribute(&opened, "sid").ok_or_else(|| Lack::Wrong("the session has no `sid`".to_owned()))?;
        self.sid = sid.to_owned();
        if opened.contains("mechanism") { Ok(opened) } else { self.say("", "").await }
    }

    async fn say(&mut self, attributes: &str, content: &str) -> Result<String, Lack> {
        self.rid += 1;
        let sid = if self.sid.is_empty() { String::new() } else { format!(" sid='{}'", self.sid) };
        let body = format!("<body xmlns='{}' rid='{}'{sid}{attributes}>{content}</body>", ns::HTTP_BIND, self.rid);
        let head = "Content-Type: text/xml; charset=utf-8\r\n";
        let answer = self.place.ask("POST", &self.path, head, &body).await?;
        match answer.status {
            200 => Ok(answer.body),
            404 => Err(Lack::Missing(format!("nothing is at {}", self.path))),
            status => Err(Lack::Wrong(format!("POST {} was answered with {status}", self.path))),
        }
    }
}

/// A text in one frame, masked as a client must (RFC 6455 §5.3); with a mask of zeros it stays readable.
fn frame(text: &str) -> Vec<u8> {
    let mut out = vec![0x81];
    match u8::try_from(text.len()).ok().filter(|len| *len < 126) {
        Some(len) => out.push(0x80 | len),
        None => {
            out.push(0x80 | 126);
            let len = u16::try_from(text.len()).expect("the probes say nothing long");
            out.extend_from_slice(&len.to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(text.as_bytes());
    out
}

/// The next text; pings are passed over.
async fn next_text(wire: &mut Wire, input: &mut BytesMut) -> Result<String, Failure> {
    loop {
        while let Some((opcode, content)) = unframed(input) {
            match opcode {
                1 => return Ok(String::from_utf8_lossy(&content).into_owned()),
                8 => return Err(Failure::Closed),
                _ => {}
            }
        }
        if wire.read(input).await? == 0 {
            return Err(Failure::Closed);
        }
    }
}

/// The first frame of a server, which masks nothing, if all of it is there.
fn unframed(input: &mut BytesMut) -> Option<(u8, BytesMut)> {
    let (&first, &second) = (input.first()?, input.get(1)?);
    let (start, len): (usize, usize) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(input.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(input.get(2..10)?.try_into().ok()?)).ok()?),
        len => (2, usize::from(len)),
    };
    if input.len() < start.checked_add(len)? {
        return None;
    }
    input.advance(start);
    Some((first & 0x0f, input.split_to(len)))
}

/// The text of the first element of this name. What comes here was not scanned: each server writes it its own way.
pub fn inside<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let tag = xml.split_once(&format!("<{name}"))?.1;
    let content = tag.split_once('>')?.1;
    content.split_once('<').map(|(text, _)| text)
}

/// The value of the first attribute of this name.
pub fn attribute<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let behind = xml.split_once(&format!(" {name}="))?.1;
    let quote = behind.chars().next()?;
    behind.strip_prefix(quote)?.split_once(quote).map(|(value, _)| value)
}

fn decoded(xml: &str, name: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(inside(xml, name)?.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_taken_apart() {
        let body = "<body sid=\"s-1\" xmlns='x'><challenge xmlns='y'>cj1h</challenge></body>";
        assert_eq!((attribute(body, "sid"), inside(body, "challenge")), (Some("s-1"), Some("cj1h")));
        assert_eq!(decoded(body, "challenge").as_deref(), Some("r=a"));
        let mut input = BytesMut::from(&b"\x89\x00\x81\x02hi\x81\x7e"[..]);
        assert_eq!(unframed(&mut input).map(|(opcode, _)| opcode), Some(9));
        assert_eq!(unframed(&mut input), Some((1, BytesMut::from("hi"))));
        assert_eq!(unframed(&mut input), None);
    }
}
