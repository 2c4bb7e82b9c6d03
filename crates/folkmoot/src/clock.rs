//! The time and randomness of commands. A running server takes them from the hub.

/// Microseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "a command is a program of its own: here is its clock")]
pub fn now_micros() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0)
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random numbers are always there");
    bytes
}
