//! Which names strangers may have: none that speaks for the service, none that is taken for somebody
//! else's. Those who run the service may give out any.

use super::{Refusal, policy::Policy};
use crate::feature::Limit;
use crate::service::Service;
use store::{CommitError, Erase, Expect, Export, Fault, Keep, Migration, Store, Table, Write};
use unicode_security::{MixedScript, skeleton};

/// How short a name may be.
pub const CHARACTERS_LEAST: Limit = Limit {
    name: "name-characters-least",
    default: 3,
    unit: "characters",
    reason: "The shortest names are guessed by whoever sends to all of them, and are wanted by too many.",
    sentence: "The name is too short.",
};

/// How long a name may be.
pub const CHARACTERS_MOST: Limit = Limit {
    name: "name-characters-most",
    default: 48,
    unit: "characters",
    reason: "A name is read aloud and typed; an address is bounded at 1023 bytes by RFC 7622 §3.3 only.",
    sentence: "The name is too long.",
};

/// What names look like.
pub static SHAPE: Table = Table {
    name: "name_shape",
    holds: "What the name of an account looks like, so that nobody takes one that is mistaken for it.",
    migrations: &[Migration(
        "CREATE TABLE name_shape (shape TEXT NOT NULL, account BIGINT NOT NULL, PRIMARY KEY (shape, account))",
    )],
    keep: Keep::WithAccount,
    export: Export::No("It follows from the name, which is in the export."),
    erase: Erase::Sql("DELETE FROM name_shape WHERE account = ?1"),
};

/// Who has one of these speaks for a service, or is taken to: RFC 2142, what other services keep for
/// themselves, and offices.
const RESERVED: [&str; 58] = [
    "abuse",
    "account",
    "accounts",
    "admin",
    "administration",
    "administrator",
    "announce",
    "api",
    "billing",
    "bot",
    "chat",
    "conference",
    "contact",
    "daemon",
    "ftp",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "invite",
    "jabber",
    "legal",
    "mail",
    "mailerdaemon",
    "marketing",
    "mod",
    "moderation",
    "moderator",
    "muc",
    "news",
    "nobody",
    "noc",
    "noreply",
    "official",
    "operator",
    "owner",
    "police",
    "postmaster",
    "privacy",
    "proxy",
    "pubsub",
    "register",
    "registration",
    "root",
    "sales",
    "security",
    "server",
    "service",
    "staff",
    "support",
    "sysadmin",
    "sysop",
    "system",
    "team",
    "upload",
    "usenet",
    "webmaster",
    "xmpp",
];

/// Whether a stranger may have a name, which is prepared (RFC 8265 §3.3).
///
/// # Errors
/// Why not.
pub(super) fn judge(store: &Store, service: &Service, localpart: &str) -> Result<(), Refusal> {
    let characters = localpart.chars().count() as u64;
    if characters < service.limits.of(&CHARACTERS_LEAST) {
        return Err(Refusal::NameShort(service.limits.of(&CHARACTERS_LEAST)));
    }
    if characters > service.limits.of(&CHARACTERS_MOST) {
        return Err(Refusal::NameLong(service.limits.of(&CHARACTERS_MOST)));
    }
    // UTS 39 §5.1: a name in one script cannot be put together from look-alikes of another.
    if !is_plain(localpart) || !localpart.is_single_script() {
        return Err(Refusal::NameOdd);
    }
    if is_reserved(service, localpart) {
        return Err(Refusal::NameReserved);
    }
    let rows =
        store.query_blocking("SELECT account FROM name_shape WHERE shape = ?1", vec![shape(localpart).into()])?;
    if rows.is_empty() { Ok(()) } else { Err(Refusal::NameLookalike) }
}

/// Letters and digits, with dots, hyphens and underscores between them.
fn is_plain(name: &str) -> bool {
    let is_separator = |c: char| matches!(c, '.' | '-' | '_');
    // What is neither letter, digit nor mark in any script is no part of a localpart (RFC 8264 §4.2).
    name.chars().all(|c| !c.is_ascii() || c.is_alphanumeric() || is_separator(c))
        && !name.starts_with(is_separator)
        && !name.ends_with(is_separator)
}

/// Whether somebody who reads a name would think that it speaks for the service.
fn is_reserved(service: &Service, localpart: &str) -> bool {
    let Policy { reserved, .. } = &service.sign_up;
    let (whole, core) = (shape(localpart), core(localpart));
    // Whoever got the name of an administrator who has no account yet would be one.
    let of_admins = service.admins.iter().filter_map(|admin| admin.local());
    let by_operator = reserved.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => whole.starts_with(&shape(beginning)),
        None => whole == shape(pattern),
    });
    by_operator || of_admins.map(shape).any(|admin| admin == whole) || RESERVED.iter().any(|name| shape(name) == core)
}

/// What of a name people read as a word: `support2` and `the-support` are no other names than `support`.
fn core(localpart: &str) -> String {
    let word: String = localpart.chars().filter(|c| !c.is_numeric() && !matches!(c, '.' | '-' | '_')).collect();
    let word = word.strip_prefix("the").unwrap_or(&word);
    shape(word)
}

/// What a name looks like (UTS 39 §4): the same for names that are mistaken for one another.
fn shape(name: &str) -> String {
    // Twice: `l` and a large `I` are alike, and so are a nought and a large `O`.
    let first: String = skeleton(name).collect::<String>().to_lowercase();
    skeleton(&first).collect()
}

/// The change that notes what the name of an account looks like, which must exist by then.
pub(super) fn note(localpart: &str) -> Write {
    let sql = "INSERT INTO name_shape (shape, account) SELECT ?2, id FROM account WHERE localpart = ?1 \
               ON CONFLICT (shape, account) DO NOTHING";
    Write::Run { sql, values: vec![localpart.into(), shape(localpart).into()], expect: Expect::Any }
}

/// Notes it for accounts that were made before this was kept, or came in from elsewhere.
///
/// # Errors
/// When the store says no.
pub async fn note_missing(store: &Store) -> Result<(), Fault> {
    let sql = "SELECT localpart FROM account WHERE state IN ('active', 'disabled') \
               AND NOT EXISTS (SELECT 1 FROM name_shape WHERE name_shape.account = account.id)";
    let rows = store.query(sql, vec![]).await?;
    let writes = rows.iter().map(|row| Ok(note(row.text(0)?))).collect::<Result<Vec<_>, Fault>>()?;
    let failed = |error: CommitError| Fault(error.to_string());
    if writes.is_empty() { Ok(()) } else { store.commit(writes).await.map(drop).map_err(failed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_have_one_shape() {
        for (one, other) in [("paypal", "раураl"), ("bill", "bi11"), ("romeo", "r0meo"), ("alice", "аlice")] {
            assert_eq!(shape(one), shape(other), "{one} {other}");
        }
        assert_ne!(shape("anna"), shape("hanna"));
    }

    #[test]
    fn what_speaks_for_the_service_is_reserved() {
        let reserved = |name: &str| RESERVED.iter().any(|known| shape(known) == core(name));
        for name in ["admin", "support2", "the-support", "a.d.m.i.n", "no-reply", "аdmin", "post_master"] {
            assert!(reserved(name), "{name}");
        }
        for name in ["adminia", "alice", "roots", "mona"] {
            assert!(!reserved(name), "{name}");
        }
    }

    #[test]
    fn odd_names_are_found() {
        for name in ["alice", "jean-luc", "müller", "мария", "山田太郎", "नमस्ते"] {
            assert!(is_plain(name) && name.is_single_script(), "{name}");
        }
        for name in [".alice", "alice_", "al!ce", "a b", "a+b"] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(!"аlice".is_single_script());
    }
}
