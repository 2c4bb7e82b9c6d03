//! Stream management, the client's side of the books (XEP-0198).

use super::Failure;
use std::collections::VecDeque;
use xmpp::Element;

/// What was counted on a stream, and what it takes to resume it.
#[derive(Debug, Default)]
pub struct Acks {
    /// The identifier to resume by; none if the server did not offer to.
    pub id: Option<String>,
    /// Stanzas received: our `h`.
    pub received: u32,
    /// Stanzas of ours that the server has acknowledged.
    pub acknowledged: u32,
    /// Stanzas of ours that it has not, oldest first.
    pub unacknowledged: VecDeque<String>,
}

impl Acks {
    /// From the `<enabled/>` of the server.
    pub fn enabled(answer: &Element<'_>) -> Acks {
        let resumable = matches!(answer.attr("resume").as_deref(), Some("true" | "1"));
        let id = answer.attr("id").filter(|_| resumable).map(|id| id.into_owned());
        Acks { id, ..Acks::default() }
    }

    /// Takes an `h` of the server (`<a/>`, `<resumed/>`) into the books.
    ///
    /// # Errors
    /// When it is missing, went back, or counts more than was sent (XEP-0198 §4).
    pub fn acknowledge(&mut self, answer: &Element<'_>) -> Result<(), Failure> {
        let wrong = || Failure::Unexpected("an h of stream management", answer.raw().to_owned());
        let h: u32 = answer.attr("h").and_then(|h| h.parse().ok()).ok_or_else(wrong)?;
        let fresh = h.wrapping_sub(self.acknowledged) as usize;
        if fresh > self.unacknowledged.len() {
            return Err(wrong());
        }
        self.unacknowledged.drain(..fresh);
        self.acknowledged = h;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(raw: &str) -> Element<'_> {
        Element::first(raw, xmpp::ns::SM).unwrap()
    }

    #[test]
    fn drops_what_is_acknowledged_and_refuses_impossible_counts() {
        let mut acks = Acks::enabled(&element("<enabled id='x' resume='true'/>"));
        assert_eq!(acks.id.as_deref(), Some("x"));
        acks.unacknowledged.extend(["<message/>".to_owned(), "<presence/>".to_owned()]);
        acks.acknowledge(&element("<a h='1'/>")).unwrap();
        assert_eq!(acks.unacknowledged, ["<presence/>"]);
        assert!(acks.acknowledge(&element("<a h='0'/>")).is_err());
        assert!(acks.acknowledge(&element("<a h='3'/>")).is_err());
        assert!(acks.acknowledge(&element("<a/>")).is_err());
    }
}
