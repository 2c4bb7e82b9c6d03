//! STUN and TURN servers, and what they share with us.

use super::low::{LowExternal, LowKind, LowTransport};
use super::problem::Reading;
use features::external::{Kind, Outside, Secret, Transport};
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The usual port (RFC 8489 §18.6).
const PORT: u16 = 3478;
/// The usual port with TLS.
const TLS_PORT: u16 = 5349;
/// A secret is a line, not a book.
const SECRET_BYTES_MAX: usize = 4096;

/// A service outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct External {
    /// What clients are told.
    pub outside: Outside,
    /// The file with the secret.
    pub secret_file: Option<PathBuf>,
}

/// Reads one; none if something is wrong with it.
pub(super) fn read(low: &LowExternal, folder: &Path, reading: &mut Reading<'_>) -> Option<External> {
    let (kind, has_tls) = match low.r#type {
        LowKind::Stun => (Kind::Stun, false),
        LowKind::Stuns => (Kind::Stuns, true),
        LowKind::Turn => (Kind::Turn, false),
        LowKind::Turns => (Kind::Turns, true),
    };
    let transport = match low.transport {
        Some(LowTransport::Udp) => Transport::Udp,
        Some(LowTransport::Tcp) => Transport::Tcp,
        None if has_tls => Transport::Tcp,
        None => Transport::Udp,
    };
    let host = low.host.get_ref();
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
    if !is_host {
        let advice = "Write a name like `turn.example.org`, or an address, without brackets, without a port.";
        reading.note(low.host.span(), format!("`{host}` is not a host"), advice);
    }
    let port = low.port.as_ref().map_or(if has_tls { TLS_PORT } else { PORT }, |port| *port.get_ref());
    if let Some(zero) = low.port.as_ref().filter(|port| *port.get_ref() == 0) {
        reading.note(zero.span(), "0 is not a port", format!("The usual one is {PORT}."));
    }
    let path = low.secret_file.as_ref().map(|file| folder.join(file.get_ref()));
    let secret = match (&low.secret_file, &path) {
        (Some(file), Some(path)) => Some(secret(file, path, reading)?),
        _ => None,
    };
    let outside = Outside { kind, host: host.clone(), port, transport, secret };
    is_host.then_some(External { outside, secret_file: path })
}

/// The first line of the file.
fn secret(file: &Spanned<PathBuf>, path: &Path, reading: &mut Reading<'_>) -> Option<Secret> {
    let advice = "Write what `static-auth-secret` of the TURN server is into it, one line.";
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let line = text.lines().next().unwrap_or_default().trim();
            if line.is_empty() || line.len() > SECRET_BYTES_MAX {
                reading.note(file.span(), format!("{} holds no secret", path.display()), advice);
                return None;
            }
            Some(Secret(line.as_bytes().into()))
        }
        Err(error) => {
            reading.note(file.span(), format!("{} cannot be read: {error}", path.display()), advice);
            None
        }
    }
}

impl External {
    /// As it could have been written.
    pub(super) fn to_low(&self) -> LowExternal {
        let plain = |text: String| Spanned::new(0..0, text);
        LowExternal {
            r#type: match self.outside.kind {
                Kind::Stun => LowKind::Stun,
                Kind::Stuns => LowKind::Stuns,
                Kind::Turn => LowKind::Turn,
                Kind::Turns => LowKind::Turns,
            },
            host: plain(self.outside.host.clone()),
            port: Some(Spanned::new(0..0, self.outside.port)),
            transport: Some(match self.outside.transport {
                Transport::Udp => LowTransport::Udp,
                Transport::Tcp => LowTransport::Tcp,
            }),
            secret_file: self.secret_file.clone().map(|file| Spanned::new(0..0, file)),
        }
    }
}
