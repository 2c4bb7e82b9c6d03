//! `[services]`: what is served at other domains, and at which.

use super::low::{LowBranch, LowServices};
use super::problem::Reading;
use features::branch::{Branch, BranchKind};
use toml::Spanned;
use xmpp::Jid;

/// Those that are there unless the file says otherwise.
const USUAL: &[BranchKind] = &[BranchKind::Rooms, BranchKind::Pubsub, BranchKind::Upload];

/// `has_https` says whether anything listens for it.
pub(super) fn read((low, has_https): (&LowServices, bool), domain: &Jid, reading: &mut Reading<'_>) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::new();
    for kind in BranchKind::OWN {
        let label = kind.label();
        let written = of(low, kind);
        let usual = || Jid::parse(&format!("{label}.{domain}")).ok();
        let found = match written.map(|low| (low, low.get_ref())) {
            None => usual().filter(|_| USUAL.contains(&kind)),
            Some((_, LowBranch::Usual(is_there))) => usual().filter(|_| *is_there),
            Some((low, LowBranch::At(text))) => at(low, text, (label, domain), reading),
        };
        let Some(found) = found else { continue };
        if kind == BranchKind::Upload && !has_https {
            if let Some(low) = written {
                let advice = "Give `listen.https` an address, or set `upload = false`.";
                reading.note(low.span(), "files need HTTPS, and nothing listens for it", advice);
            }
            continue;
        }
        let is_taken = found == *domain || branches.iter().any(|branch| branch.domain == found);
        match written.filter(|_| is_taken) {
            Some(low) => reading.note(
                low.span(),
                format!("`{found}` is served already"),
                format!("Each service has a domain of its own, like `{label}.{domain}`."),
            ),
            None => branches.push(Branch { domain: found, kind }),
        }
    }
    branches
}

fn of(low: &LowServices, kind: BranchKind) -> Option<&Spanned<LowBranch>> {
    match kind {
        BranchKind::Rooms => low.rooms.as_ref(),
        BranchKind::Pubsub => low.pubsub.as_ref(),
        BranchKind::Upload => low.upload.as_ref(),
        BranchKind::Component => None,
    }
}

fn at(low: &Spanned<LowBranch>, text: &str, (label, domain): (&str, &Jid), reading: &mut Reading<'_>) -> Option<Jid> {
    let found = Jid::parse(text).ok().filter(|jid| jid.local().is_none() && jid.is_bare() && !text.is_empty());
    if found.is_none() {
        let advice = format!("Write it like `{label}.{domain}`, or `false` for none.");
        reading.note(low.span(), format!("`{text}` is not a domain"), advice);
    }
    found
}

/// As it could have been written.
pub(super) fn to_low(branches: &[Branch]) -> LowServices {
    let of = |kind| {
        let found = branches.iter().find(|branch| branch.kind == kind);
        let low = found.map_or(LowBranch::Usual(false), |branch| LowBranch::At(branch.domain.to_string()));
        Some(Spanned::new(0..0, low))
    };
    LowServices { rooms: of(BranchKind::Rooms), pubsub: of(BranchKind::Pubsub), upload: of(BranchKind::Upload) }
}
