//! Logins: STARTTLS, SCRAM, bind, roster, presence, and away again. For the relay: a TLS
//! handshake and one byte each way.

use super::chat::greet_relay;
use super::crowd::for_each;
use super::{LOGINS_AT_ONCE, Meter, Sample, Size, Way, log_in_by};
use crate::Outcome;
use crate::rivals::{Rival, Running};
use testkit::client::Keychain;
use xmpp::ns;

/// Logs in `size.logins` times, a few at the same time.
///
/// # Errors
/// When one login fails.
pub async fn run(server: &Running, size: &Size, way: Way) -> Outcome<Sample> {
    let keychain = Keychain::new();
    // The first login salts the password, and finds what is broken before anything is measured.
    once(way, server, 0, size, &keychain).await?;
    let meter = Meter::start(server)?;
    for_each(size.logins, LOGINS_AT_ONCE, |login| once(way, server, login, size, &keychain)).await?;
    meter.stop(size.logins as u64)
}

async fn once(way: Way, server: &Running, login: usize, size: &Size, keychain: &Keychain) -> Outcome<()> {
    if server.rival == Rival::Relay {
        let mut wire = greet_relay(server, login).await?;
        return Ok(wire.shut().await?);
    }
    let mut client = log_in_by(way, server, login % size.users, &format!("l{login}"), keychain).await?;
    client.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await?;
    client.send("<presence/>").await?;
    Ok(client.close().await?)
}
