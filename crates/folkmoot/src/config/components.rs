//! `[[component]]`: programs beside the server that speak for domains (XEP-0114), and what they share with us.

use super::low::{LowAccess, LowComponent, LowMessage, LowPresence, LowPrivileges};
use super::problem::Reading;
use features::branch::{Branch, BranchKind};
use features::component::{Access, Rights};
use net::components::Secret;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use toml::Spanned;
use xmpp::{IqType, Jid};

/// The port that is usual for components.
pub(super) const PORT: u16 = 5347;
/// A secret is a line, not a book.
const SECRET_BYTES_MAX: usize = 4096;
/// What others than the owner and the group may do to a file, among its permissions.
const OTHERS: u32 = 0o007;

/// A component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Component {
    /// The domain that it speaks for.
    pub domain: Jid,
    /// The file with the secret.
    pub secret_file: PathBuf,
    /// The secret.
    pub secret: Secret,
    /// What it may do in the name of people here.
    pub rights: Rights,
}

/// Reads all; `taken` says whether a domain is served otherwise.
pub(super) fn read(
    low: &[LowComponent],
    taken: impl Fn(&Jid) -> bool,
    folder: &Path,
    reading: &mut Reading<'_>,
) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    for one in low {
        let Some(domain) = domain(&one.domain, reading) else { continue };
        if taken(&domain) || components.iter().any(|known| known.domain == domain) {
            let advice = "Each component has a domain of its own, beside those of the service itself.";
            reading.note(one.domain.span(), format!("`{domain}` is served already"), advice);
            continue;
        }
        let secret_file = folder.join(one.secret_file.get_ref());
        let Some(secret) = secret(&one.secret_file, &secret_file, reading) else { continue };
        let rights = one.privileges.as_ref().map(|low| rights(low, reading)).unwrap_or_default();
        components.push(Component { domain, secret_file, secret, rights });
    }
    components
}

fn domain(low: &Spanned<String>, reading: &mut Reading<'_>) -> Option<Jid> {
    let text = low.get_ref();
    let found = Jid::parse(text).ok().filter(|jid| jid.local().is_none() && jid.is_bare() && !text.is_empty());
    if found.is_none() {
        let advice = "Write the domain alone, like `irc.example.org`.";
        reading.note(low.span(), format!("`{text}` is not a domain"), advice);
    }
    found
}

fn rights(low: &LowPrivileges, reading: &mut Reading<'_>) -> Rights {
    let roster = low.roster.map_or(Access::None, access);
    let may_read = roster.allows(IqType::Get);
    // XEP-0356 §4.1
    if let Some(push) = low.push.as_ref().filter(|push| *push.get_ref() && !may_read) {
        let advice = "Set `roster = \"get\"` or `\"both\"`, or leave `push` out.";
        reading.note(push.span(), "`push` is for components that may read contact lists", advice);
    }
    Rights {
        roster,
        push: may_read && low.push.as_ref().is_none_or(|push| *push.get_ref()),
        message: low.message == Some(LowMessage::Outgoing),
        presence: low.presence == Some(LowPresence::ManagedEntity),
        iq: low.iq.iter().map(|(namespace, low)| (namespace.clone(), access(*low))).collect(),
    }
}

fn access(low: LowAccess) -> Access {
    match low {
        LowAccess::None => Access::None,
        LowAccess::Get => Access::Get,
        LowAccess::Set => Access::Set,
        LowAccess::Both => Access::Both,
    }
}

fn low_access(access: Access) -> LowAccess {
    match access {
        Access::None => LowAccess::None,
        Access::Get => LowAccess::Get,
        Access::Set => LowAccess::Set,
        Access::Both => LowAccess::Both,
    }
}

fn low_rights(rights: &Rights) -> LowPrivileges {
    LowPrivileges {
        roster: Some(low_access(rights.roster)),
        push: Some(Spanned::new(0..0, rights.push)),
        message: Some(if rights.message { LowMessage::Outgoing } else { LowMessage::None }),
        presence: Some(if rights.presence { LowPresence::ManagedEntity } else { LowPresence::None }),
        iq: rights.iq.iter().map(|(namespace, access)| (namespace.clone(), low_access(*access))).collect(),
    }
}

/// The first line of the file, which nobody else may read or write.
fn secret(file: &Spanned<PathBuf>, path: &Path, reading: &mut Reading<'_>) -> Option<Secret> {
    let shown = path.display();
    let (found, advice) = match (std::fs::metadata(path), std::fs::read_to_string(path)) {
        (Err(error), _) | (_, Err(error)) => (
            format!("{shown} cannot be read: {error}"),
            "Write one line into it that nobody can guess, and the same into the component's configuration.".to_owned(),
        ),
        (Ok(metadata), Ok(_)) if metadata.permissions().mode() & OTHERS != 0 => (
            format!("{shown} is open to everybody on this machine"),
            format!("Whoever reads it speaks for the domain: chmod o= {shown}"),
        ),
        (Ok(_), Ok(text)) => {
            let line = text.lines().next().unwrap_or_default().trim();
            if !line.is_empty() && line.len() <= SECRET_BYTES_MAX {
                return Some(Secret(line.into()));
            }
            (format!("{shown} holds no secret"), "Write one line into it that nobody can guess.".to_owned())
        }
    };
    reading.note(file.span(), found, advice);
    None
}

impl Component {
    /// As a branch of the service.
    pub(super) fn branch(&self) -> Branch {
        Branch { domain: self.domain.clone(), kind: BranchKind::Component }
    }

    /// As it could have been written.
    pub(super) fn to_low(&self) -> LowComponent {
        LowComponent {
            domain: Spanned::new(0..0, self.domain.to_string()),
            secret_file: Spanned::new(0..0, self.secret_file.clone()),
            privileges: Some(low_rights(&self.rights)),
        }
    }
}
