//! A card that moves (XEP-0227 §4.7).

use super::{CARD, SAVE};
use crate::Fault;
use crate::arrival::Arrival;
use crate::portable::{Going, Part};
use bytes::Bytes;
use xmpp::{Element, Writer, ns};

/// The card, as it was sent. One that is larger than we would take today is kept all the same.
pub const PART: Part = Part { name: "cards", tables: &[&CARD], takes: &[("vCard", ns::VCARD)], write, read };

fn write(going: &Going<'_>, w: &mut Writer) -> Result<(), Fault> {
    for row in &going.rows[0] {
        w.raw(&row.blob(0)?);
    }
    Ok(())
}

fn read(arrival: &mut Arrival<'_>, card: &Element<'_>) {
    arrival.run(SAVE, [Bytes::copy_from_slice(card.raw().as_bytes()).into()]);
    arrival.tally.carry(PART.name);
}
