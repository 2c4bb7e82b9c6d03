//! Sessions that do nothing: what each keeps resident.

use super::chat::greet_relay;
use super::crowd::for_each;
use super::{LOGINS_AT_ONCE, Meter, Sample, Size, log_in};
use crate::Outcome;
use crate::rivals::{Rival, Running};
use bytes::BytesMut;
use std::cell::RefCell;
use std::time::Duration;
use testkit::client::{Keychain, Wire};

/// Buffers of the logins get this long to be given back.
const SETTLE_SECONDS: u64 = 10;

/// Logs `size.sessions` users in and weighs the server before and after.
///
/// # Errors
/// When a login fails.
pub async fn run(server: &Running, size: &Size) -> Outcome<Sample> {
    let keychain = Keychain::new();
    let meter = Meter::start(server)?;
    let sessions = RefCell::new(Vec::with_capacity(size.sessions));
    for_each(size.sessions, LOGINS_AT_ONCE, async |user| {
        let session = begin(server, user, &keychain).await?;
        sessions.borrow_mut().push(session);
        Ok(())
    })
    .await?;
    let logins = meter.stop(size.sessions as u64)?;
    tokio::time::sleep(Duration::from_secs(SETTLE_SECONDS)).await;
    let grown = server.usage()?.rss_kib.saturating_sub(meter.server.rss_kib);
    Ok(Sample { cost: grown as f64 / size.sessions as f64, ..logins })
}

async fn begin(server: &Running, user: usize, keychain: &Keychain) -> Outcome<Wire> {
    if server.rival == Rival::Relay {
        return greet_relay(server, user).await;
    }
    let mut client = log_in(server, user, "idle", keychain).await?;
    client.send("<presence/>").await?;
    let (wire, mut rest): (Wire, BytesMut) = client.into_wire();
    rest.clear();
    Ok(wire)
}
