//! What a client can meet that ends its work.

use std::fmt;

/// Why the client cannot go on.
#[derive(Debug)]
pub enum Failure {
    /// The socket or its TLS failed.
    Io(std::io::Error),
    /// The server sent what no stream may hold.
    Crime(stream::Crime),
    /// The server said no; the whole answer, as it came.
    Refused(String),
    /// Something else came than the step that was due; the step, and what came.
    Unexpected(&'static str, String),
    /// The server ended the stream while more was due.
    Closed,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Io(error) => write!(out, "the connection failed: {error}"),
            Failure::Crime(crime) => write!(out, "the server broke the stream: {crime:?}"),
            Failure::Refused(answer) => write!(out, "the server refused: {answer}"),
            Failure::Unexpected(due, came) => write!(out, "{due} was due, but this came: {came}"),
            Failure::Closed => write!(out, "the server closed the stream too early"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::Io(error)
    }
}

impl From<stream::Crime> for Failure {
    fn from(crime: stream::Crime) -> Failure {
        Failure::Crime(crime)
    }
}
