//! Reading a whole archive of numbered messages.

use client::{Client, Failure};
use xmpp::{Stanza, ns};

/// Rows asked for at a time.
const PAGE: usize = 100;

/// A message as it lies in an archive.
pub struct Kept {
    /// Sent by the archive's owner.
    pub sent: bool,
    /// The address that it came from.
    pub from: String,
    /// Its number.
    pub number: u64,
    /// Its archive id.
    pub id: String,
}

/// Reads the own archive behind `after`, page by page (XEP-0313 §4.2, XEP-0059 §2.2). A message is numbered by
/// its body.
///
/// # Errors
/// When the server refuses, or the stream breaks.
pub async fn read(client: &mut Client, after: Option<String>) -> Result<Vec<Kept>, Failure> {
    read_at(client, None, after).await
}

/// The same for the whole archive of a room.
///
/// # Errors
/// When the room refuses, or the stream breaks.
pub async fn read_room(client: &mut Client, room: &str) -> Result<Vec<Kept>, Failure> {
    read_at(client, Some(room), None).await
}

async fn read_at(client: &mut Client, room: Option<&str>, after: Option<String>) -> Result<Vec<Kept>, Failure> {
    let own = client.jid().split('/').next().unwrap_or_default().to_owned();
    let (mut kept, mut after, mut live) = (Vec::new(), after, Vec::new());
    loop {
        let after_element = after.as_ref().map(|id| format!("<after>{id}</after>")).unwrap_or_default();
        let query = format!(
            "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>{PAGE}</max>{after_element}</set></query>"
        );
        let result = client.ask("set", room, &query).await?;
        while let Some(stanza) = client.waiting() {
            match row(&stanza, &own) {
                Some(row) => kept.push(row),
                None => live.push(stanza),
            }
        }
        let fin = result.child("fin", ns::MAM).ok_or(Failure::Refused("no <fin/>".into()))?;
        if fin.attr("complete").as_deref() == Some("true") {
            live.into_iter().for_each(|stanza| client.put_back(stanza));
            return Ok(kept);
        }
        after = kept.last().map(|row| row.id.clone());
    }
}

fn row(stanza: &Stanza, own: &str) -> Option<Kept> {
    let result = stanza.child("result", ns::MAM)?;
    let forwarded = result.child("forwarded", ns::FORWARD)?;
    let message = forwarded.child("message", ns::CLIENT)?;
    let number = message.child("body", ns::CLIENT)?.text().parse().ok()?;
    let from = message.attr("from")?.into_owned();
    Some(Kept { sent: from.starts_with(own), from, number, id: result.attr("id")?.into_owned() })
}
