//! Channel binding: what ties a proof to the TLS connection it was made for (RFC 5056).

use crate::Channel;

/// A type of channel binding. `tls-unique` is not defined for TLS 1.3 and is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Binding {
    /// `tls-exporter` (RFC 9266).
    Exporter,
    /// `tls-server-end-point` (RFC 5929 §4).
    EndPoint,
}

impl Binding {
    /// Strongest first.
    const ALL: [Binding; 2] = [Binding::Exporter, Binding::EndPoint];

    /// The types that this connection has data for.
    pub(crate) fn offered(channel: &Channel) -> impl Iterator<Item = Binding> {
        Binding::ALL.into_iter().filter(|binding| binding.data(channel).is_some())
    }

    /// The type of that name, if this connection has data for it.
    pub(crate) fn named(name: &str, channel: &Channel) -> Option<Binding> {
        Binding::offered(channel).find(|binding| binding.name() == name)
    }

    /// The name as registered with IANA.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Binding::Exporter => "tls-exporter",
            Binding::EndPoint => "tls-server-end-point",
        }
    }

    /// The binding data of this connection.
    pub(crate) fn data(self, channel: &Channel) -> Option<&[u8]> {
        match self {
            Binding::Exporter => channel.exporter.as_ref().map(|data| data.as_slice()),
            Binding::EndPoint => channel.end_point.as_deref(),
        }
    }
}
