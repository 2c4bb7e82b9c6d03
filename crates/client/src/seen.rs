//! What comes to a client, as text: for tests that compare it.

use super::{Client, Failure};
use stream::xml::Item;
use xmpp::{Stanza, ns};

/// How much of a stream is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// Stanzas and what ends the stream; acknowledgements are answered and noted, as clients do.
    Stanzas,
    /// Every element but the server's `<r/>`, whose time depends on how fast the socket was. Nothing
    /// is answered.
    Everything,
}

impl Client {
    /// The next element, as canonical text; none once the stream is closed.
    ///
    /// # Errors
    /// When the connection breaks, or what came is no XML.
    pub async fn see(&mut self, view: View) -> Result<Option<String>, Failure> {
        if let Some(stanza) = self.inbox.pop_front() {
            return Ok(Some(written(&stanza)));
        }
        loop {
            match self.item().await {
                // What a server should not send, an IQ without an id say, is still something to see.
                Ok(Item::Stanza(stanza) | Item::Unfit(stanza, _)) => {
                    if let Some(acks) = &mut self.acks {
                        acks.received = acks.received.wrapping_add(1);
                    }
                    return Ok(Some(written(&stanza)));
                }
                Ok(Item::Nonza(nonza)) => {
                    let element = nonza.element();
                    match view {
                        View::Stanzas if element.ns() == ns::SM => self.acknowledge(&element).await?,
                        View::Everything if element.is("r", ns::SM) => {}
                        View::Stanzas | View::Everything => return Ok(Some(element.raw().to_owned())),
                    }
                }
                Ok(Item::Close) | Err(Failure::Closed | Failure::Io(_)) => return Ok(None),
                Ok(other) => return Err(Failure::Unexpected("an element", format!("{other:?}"))),
                Err(failure) => return Err(failure),
            }
        }
    }
}

fn written(stanza: &Stanza) -> String {
    let mut bytes = Vec::new();
    stanza.write(None, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
