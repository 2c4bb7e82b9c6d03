//! What the hub lets grow, and why no further.

use features::feature::Limit;

/// Bytes that wait for one client, unacknowledged ones included, before its session is ended. A
/// phone in a tunnel for five minutes fits; archived messages are found in the archive anyway.
pub const QUEUE_BYTES_MAX: usize = 4 << 20;

/// Stanzas held back for a client in the background (XEP-0352); more make it flush.
pub const HELD_MAX: usize = 200;

/// Bytes of them. A presence may be as large as any stanza.
pub const HELD_BYTES_MAX: usize = 256 << 10;

/// Stanzas of one client under way at the same time; its socket is not read meanwhile. Enough for
/// a group commit to be worth it.
pub const UNDER_WAY_MAX: u32 = 128;

/// An emptied queue larger than this is given back.
pub const QUEUE_KEPT: usize = 4;

/// Stanzas that wait for one owner: enough for the time its memory is being loaded.
pub const MAIL_MAX: usize = 4096;

/// Passwords from which keys are derived at the same time; each keeps a core busy for a while.
pub const DERIVING_MAX: usize = 2;

/// Domains that wait to be dialled; more are told to wait and try again.
pub const DIALS_MAX: usize = 4096;

/// How many ended sessions are remembered to tell a late client how far it came (XEP-0198 §5).
pub const GRAVES_MAX: usize = 10_000;

/// Streams between services that may go on after their connection broke (XEP-0198 §5), in each direction. For
/// those beyond it what was not acknowledged is sent again.
pub const BROKEN_MAX: usize = 20_000;

/// How many of them are remembered when they cannot go on any more, to say how far they had come.
pub const BROKEN_GRAVES_MAX: usize = 2_000;

/// Sessions of one account.
pub const SESSIONS: Limit = Limit {
    name: "sessions-per-account",
    default: 20,
    unit: "sessions",
    reason: "RFC 6120 §13.12 wants a bound; each session gets a copy of every message, so they multiply the cost of a flood.",
    sentence: "This account is connected too often already. Close another client first.",
};

/// How long a lost client is waited for.
pub const RESUME_SECONDS: Limit = Limit {
    name: "resume-seconds",
    default: 300,
    unit: "seconds",
    reason: "Long enough for a train's tunnel, short enough that contacts do not see a dead phone as present (XEP-0198 §5).",
    sentence: "The session was not resumed in time.",
};

/// How long a silent client is believed to be there.
pub const IDLE_SECONDS: Limit = Limit {
    name: "idle-seconds",
    default: 600,
    unit: "seconds",
    reason: "Sockets die without a word; a client that does not answer a sign of life within half of this is gone (XEP-0478).",
    sentence: "The connection was silent for too long.",
};

/// How often the password of one account may be tried from one network at once.
pub const PASSWORD_ATTEMPTS: Limit = Limit {
    name: "password-attempts",
    default: 30,
    unit: "attempts",
    reason: "A household whose devices all know the old password tries that often after a change; passwords that \
             were right do not count.",
    sentence: "The password was wrong too often from your network. Wait a minute, or log in from elsewhere.",
};

/// How long it takes until one more is allowed.
pub const PASSWORD_ATTEMPT_SECONDS: Limit = Limit {
    name: "password-attempt-seconds",
    default: 10,
    unit: "seconds",
    reason: "Some thousand guesses a day from one network find no password that is not in everybody's list.",
    sentence: "The password was wrong too often from your network. Wait a minute, or log in from elsewhere.",
};

/// How often somebody may try to get an account, from one network at once.
pub const SIGN_UP_ATTEMPTS: Limit = Limit {
    name: "sign-up-attempts",
    default: 20,
    unit: "attempts",
    reason: "A name is taken, a password too short: some tries are needed. Each costs a look into the store.",
    sentence: "Too many tries from your network. Wait a minute.",
};

/// How long it takes until one more is allowed.
pub const SIGN_UP_ATTEMPT_SECONDS: Limit = Limit {
    name: "sign-up-attempt-seconds",
    default: 30,
    unit: "seconds",
    reason: "Nobody finds out many names, or answers, by trying two a minute.",
    sentence: "Too many tries from your network. Wait a minute.",
};

/// All that can be configured here.
pub const LIMITS: &[&Limit] = &[
    &PASSWORD_ATTEMPTS,
    &PASSWORD_ATTEMPT_SECONDS,
    &SIGN_UP_ATTEMPTS,
    &SIGN_UP_ATTEMPT_SECONDS,
    &SESSIONS,
    &RESUME_SECONDS,
    &IDLE_SECONDS,
];
