//! The asking side of the control socket, for commands.

use super::{Control, Reply};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Erasing a large archive takes its time.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why there is no reply.
#[derive(Debug)]
pub enum Unanswered {
    /// No server listens there.
    NobodyThere,
    /// The socket belongs to another user.
    NotAllowed,
    /// A server listens and did not answer.
    Broken(io::Error),
}

impl From<io::Error> for Unanswered {
    /// Of an error when connecting.
    fn from(error: io::Error) -> Unanswered {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => Unanswered::NobodyThere,
            ErrorKind::PermissionDenied => Unanswered::NotAllowed,
            _ => Unanswered::Broken(error),
        }
    }
}

/// Asks a running server.
///
/// # Errors
/// See [`Unanswered`].
pub fn ask(socket: &Path, control: &Control) -> Result<Reply, Unanswered> {
    let request = serde_json::to_string(control).expect("a request is JSON");
    let reply = ask_line(socket, &request)?;
    serde_json::from_str(&reply).map_err(|error| Unanswered::Broken(io::Error::new(ErrorKind::InvalidData, error)))
}

/// Sends one line and reads one.
pub(super) fn ask_line(socket: &Path, request: &str) -> Result<String, Unanswered> {
    let mut stream = UnixStream::connect(socket).map_err(Unanswered::from)?;
    converse(&mut stream, request).map_err(Unanswered::Broken)
}

fn converse(stream: &mut UnixStream, request: &str) -> io::Result<String> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // A server that refuses a request unread closes its side early; its reply is read all the same.
    let sent = stream.write_all(format!("{request}\n").as_bytes());
    let mut line = String::new();
    match BufReader::new(&mut *stream).read_line(&mut line) {
        Ok(0) => sent.and(Err(ErrorKind::UnexpectedEof.into())),
        Ok(_) => Ok(line),
        Err(error) => sent.and(Err(error)),
    }
}
