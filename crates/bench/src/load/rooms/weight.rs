//! What rooms keep in memory: for each of their occupants, and for each of them when nobody is there.

use super::{Crowd, address, guests, make, quiet};
use crate::Outcome;
use crate::load::crowd::for_each;
use crate::load::{LOGINS_AT_ONCE, Meter, Sample, Size, log_in};
use crate::rivals::Running;
use std::time::Duration;
use testkit::client::Keychain;
use xmpp::ns;

/// What was used on entering gets this long to be given back.
const SETTLE_SECONDS: u64 = 10;
/// Rooms in which nobody is any more get this long to be put away: two rounds of our own server, and more than
/// the peers are told to take.
const SLEEP_SECONDS: u64 = 45;

/// `size.crowd` sessions enter one room, a hundred at a time; what that adds to the sessions, for each.
///
/// # Errors
/// When somebody is not let in.
pub async fn occupants(server: &Running, size: &Size) -> Outcome<Sample> {
    let mut crowd = Crowd::make(server, "weight").await?;
    let mut others = guests(server, 1, size.crowd).await?;
    quiet(server).await?;
    tokio::time::sleep(Duration::from_secs(SETTLE_SECONDS)).await;
    let meter = Meter::start(server)?;
    let mut occupants = 1;
    while !others.is_empty() {
        let some: Vec<_> = others.drain(..others.len().min(100)).collect();
        occupants += some.len();
        crowd.enter(some).await?;
        crowd.is_complete(occupants).await?;
    }
    let entries = meter.stop(size.crowd as u64 - 1)?;
    tokio::time::sleep(Duration::from_secs(SETTLE_SECONDS)).await;
    let grown = server.usage()?.rss_kib.saturating_sub(meter.server.rss_kib);
    drop(crowd);
    Ok(Sample { cost: grown as f64 / (size.crowd - 1) as f64, ..entries })
}

/// `size.rooms` persistent rooms are made and left; what is still in memory for each some time later.
///
/// # Errors
/// When one cannot be made.
pub async fn idle(server: &Running, size: &Size) -> Outcome<Sample> {
    let keychain = Keychain::new();
    let meter = Meter::start(server)?;
    let each = size.rooms.div_ceil(LOGINS_AT_ONCE);
    for_each(LOGINS_AT_ONCE, LOGINS_AT_ONCE, async |owner| {
        let mut client = log_in(server, owner, "builder", &keychain).await?;
        for number in (owner * each..size.rooms.min((owner + 1) * each)).collect::<Vec<_>>() {
            build(&mut client, number, owner).await?;
        }
        Ok(client.close().await?)
    })
    .await?;
    let made = meter.stop(size.rooms as u64)?;
    tokio::time::sleep(Duration::from_secs(SLEEP_SECONDS)).await;
    let grown = server.usage()?.rss_kib.saturating_sub(meter.server.rss_kib);
    Ok(Sample { cost: grown as f64 / size.rooms as f64, ..made })
}

/// Makes room `number`, which stays, and leaves it.
async fn build(client: &mut testkit::client::Client, number: usize, owner: usize) -> Outcome<()> {
    let room = address(&format!("room{number}"));
    let fields = format!(
        "<field var='FORM_TYPE'><value>{}</value></field>\
         <field var='muc#roomconfig_persistentroom'><value>1</value></field>",
        ns::MUC_CONFIG
    );
    make(client, &room, owner, &fields).await?;
    client.send(&format!("<presence to='{room}/{}' type='unavailable'/>", super::nick(owner))).await?;
    loop {
        let stanza = client.receive().await?;
        if stanza.kind == xmpp::Kind::Presence(xmpp::PresenceType::Unavailable) {
            return Ok(());
        }
    }
}
