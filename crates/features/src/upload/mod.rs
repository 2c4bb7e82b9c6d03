//! Files (XEP-0363): a client asks for a slot, puts a file there by HTTPS, and sends its address to whom it likes.
//!
//! What is here is who gets a slot and how long a file stays: the requests ([`slot`]), the rows ([`table`]) and
//! the quotas ([`Wish::reserve`]). The bytes go through the pages of the service, which ask [`files`] what an
//! address is good for, and lie beside the tables, in the store's blobs, under the hash of the secret part of
//! their address: whoever reads the disk, or a backup of it, learns no address.
//!
//! A row is first a slot, then a file, and then a memory: for a week it is counted, and answered with "gone". An
//! erased account's rows are nobody's at once, overdue at once, and their bytes go with the next sweep.

pub mod files;
pub mod name;
mod reserve;
pub mod table;
mod wire;

pub use reserve::Refused;
pub use wire::{Purpose, Wish, media_type};

use crate::branch::BranchKind;
use crate::deed::Deed;
use crate::feature::{Feature, Limit, Limits, Place, Spec};
use crate::iq::{At, IqHandler, Reply, Request, Verb};
use crate::service::Service;
use crate::turn::{Asker, Effect, Turn};
use bytes::Bytes;
use xmpp::{Condition, StanzaError, Writer, form, ns};

/// XEP-0363.
pub const FEATURE: Feature = Feature {
    name: "upload",
    summary: "Takes files by HTTPS, for a while, and gives each an address to send to others.",
    specs: &[Spec::xep_without(363, "1.2.0", "files for good, which are optional")],
    disco: &[
        (Place::Branch(BranchKind::Upload), ns::UPLOAD),
        (Place::Branch(BranchKind::Upload), ns::UPLOAD_MESSAGE),
        (Place::Branch(BranchKind::Upload), ns::UPLOAD_PROFILE),
        (Place::Branch(BranchKind::Upload), ns::UPLOAD_EPHEMERAL),
    ],
    limits: &[
        &FILE_BYTES,
        &ACCOUNT_BYTES,
        &DAY_BYTES,
        &DAY_FILES,
        &WEEK_BYTES,
        &PROFILE_FILE_BYTES,
        &PROFILE_BYTES,
        &SLOT_SECONDS,
        &RATE,
        &FREE_BYTES,
    ],
    tables: &[&table::FILE],
    iqs: &[IqHandler {
        ns: ns::UPLOAD,
        name: "request",
        verb: Verb::Get,
        at: At::Branch(BranchKind::Upload),
        run: slot,
    }],
};

/// What people, and directories of services, call a megabyte.
pub const MEGABYTE: u64 = 1_000_000;

/// Bytes of a file.
pub const FILE_BYTES: Limit = Limit {
    name: "upload-file-bytes",
    default: 100 * MEGABYTE,
    unit: "bytes",
    reason: "Some minutes of video; what is larger is better sent from person to person.",
    sentence: "This file is larger than this service takes.",
};

/// Bytes of all files of an account.
pub const ACCOUNT_BYTES: Limit = Limit {
    name: "upload-account-bytes",
    default: 1000 * MEGABYTE,
    unit: "bytes",
    reason: "A thousand accounts that use all of it fill a disk of a terabyte, and few use a tenth.",
    sentence: "Your files take all the room you have here. It gets free when the oldest are past their time.",
};

/// Bytes an account sends in a day.
pub const DAY_BYTES: Limit = Limit {
    name: "upload-day-bytes",
    default: 250 * MEGABYTE,
    unit: "bytes in 24 hours",
    reason: "A day of photos and a few videos; it bounds what a stolen account does before anybody looks.",
    sentence: "You sent as much as you can in a day. Try again later.",
};

/// Files an account sends in a day.
pub const DAY_FILES: Limit = Limit {
    name: "upload-day-files",
    default: 500,
    unit: "files in 24 hours",
    reason: "Each is a row and a file on the disk, however small.",
    sentence: "You sent as many files as you can in a day. Try again later.",
};

/// Bytes an account sends in a week.
pub const WEEK_BYTES: Limit = Limit {
    name: "upload-week-bytes",
    default: 750 * MEGABYTE,
    unit: "bytes in 7 days",
    reason: "Three full days of it: a holiday, but no mirror of anything.",
    sentence: "You sent as much as you can in a week. Try again later.",
};

/// Bytes of a file for a profile.
pub const PROFILE_FILE_BYTES: Limit = Limit {
    name: "upload-profile-file-bytes",
    default: 2 * MEGABYTE,
    unit: "bytes",
    reason: "A picture as large as a screen; it stays for long.",
    sentence: "This picture is larger than this service keeps for a profile.",
};

/// Bytes of all files that an account has for its profile.
pub const PROFILE_BYTES: Limit = Limit {
    name: "upload-profile-bytes",
    default: 10 * MEGABYTE,
    unit: "bytes",
    reason: "A few pictures; whoever changes them often waits for the old ones to go, or deletes them.",
    sentence: "The pictures for your profile take all the room they have here. Delete one of them.",
};

/// How long a slot waits for its file.
pub const SLOT_SECONDS: Limit = Limit {
    name: "upload-slot-seconds",
    default: 300,
    unit: "seconds",
    reason: "Clients begin at once; XEP-0363 §8 recommends this. What has begun may take longer.",
    sentence: "The time to send this file is over; ask for another slot.",
};

/// How fast a file has to come at least.
pub const RATE: Limit = Limit {
    name: "upload-bytes-per-second",
    default: 4096,
    unit: "bytes per second",
    reason: "A phone on a bad network sends a photo at this rate; what is slower holds room for nothing.",
    sentence: "The file comes too slowly.",
};

/// Bytes that stay free on the disk.
pub const FREE_BYTES: Limit = Limit {
    name: "upload-free-bytes",
    default: 2000 * MEGABYTE,
    unit: "bytes",
    reason: "Files stop before messages do: the rest of the disk is for what was promised to be kept.",
    sentence: "The service has no room for files right now. Please try again in a while.",
};

/// What the configuration says of files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keeping {
    /// Where browsers reach them: `https://` and a host, without a slash at the end.
    pub origin: Box<str>,
    /// How long they are kept, in days.
    pub days: u32,
    /// How long those for profiles are kept, in days.
    pub profile_days: u32,
}

/// The largest file for this purpose there is room for under these limits.
pub fn file_bytes(limits: &Limits, purpose: Purpose) -> u64 {
    let (file, all) = match purpose {
        Purpose::Profile => (&PROFILE_FILE_BYTES, &PROFILE_BYTES),
        Purpose::Message | Purpose::Ephemeral(_) => (&FILE_BYTES, &ACCOUNT_BYTES),
    };
    [file, all, &DAY_BYTES, &WEEK_BYTES].into_iter().map(|limit| limits.of(limit)).min().unwrap_or(0)
}

/// What the service says of itself beside its features (§3).
pub fn write_form(service: &Service, w: &mut Writer) {
    w.open("x", ns::DATA_FORMS).attr("type", "result");
    w.open("field", ns::DATA_FORMS).attr("var", form::FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, ns::UPLOAD).close();
    w.open("field", ns::DATA_FORMS).attr("var", "max-file-size");
    w.leaf("value", ns::DATA_FORMS, &file_bytes(&service.limits, Purpose::Message).to_string()).close();
    w.close();
}

/// §4. Whether there is room is found out beside the owner.
fn slot(turn: &mut Turn<'_>, request: &Request<'_>) -> Result<Reply, StanzaError> {
    let name = match &request.asker {
        Asker::Other(from) if turn.service.is_local(from) => from.local(),
        _ => None,
    };
    let Some(name) = name else {
        return Err(StanzaError::new(Condition::Forbidden).text("Files are for the accounts of this service."));
    };
    let wish = wire::read(&request.payload, name, turn.now)?;
    let most = file_bytes(&turn.service.limits, wish.purpose);
    if wish.bytes > most {
        return Err(wire::too_large(wish.purpose, most));
    }
    let asked = request.stanza.as_ref().clone().with_inner(Bytes::new()).detached();
    let deed = Box::new(Deed::Slot(wish));
    turn.out.effects.push(Effect::Do { asker: request.asker.clone(), request: Box::new(asked), deed });
    Ok(Reply::Nothing)
}
