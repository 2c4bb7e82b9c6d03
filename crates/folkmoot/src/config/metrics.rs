//! `[metrics]`: where the numbers of the service are read, if anywhere.

use super::problem::Reading;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use toml::Spanned;

/// `[metrics]`
#[derive(Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct LowMetrics {
    /// An address of this machine, for HTTP; none unless it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<Spanned<String>>,
}

/// The address. It says nothing of people, but it is nobody's business how busy they are.
pub(super) fn read(low: &LowMetrics, reading: &mut Reading<'_>) -> Option<SocketAddr> {
    let listen = low.listen.as_ref()?;
    let found = listen.get_ref().parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
    if found.is_none() {
        let found = format!("`{}` is no address of this machine alone, with a port", listen.get_ref());
        let advice = "Write it like `127.0.0.1:9180`. To read it from elsewhere, let a proxy that asks for a password forward it.";
        reading.note(listen.span(), found, advice);
    }
    found
}

/// As it could have been written.
pub(super) fn to_low(listen: Option<SocketAddr>) -> LowMetrics {
    LowMetrics { listen: listen.map(|address| Spanned::new(0..0, address.to_string())) }
}
