//! Invitations, for people.

use crate::control::{CameLine, InvitationLine, Reply};
use fast_qr::QRBuilder;

/// What is written to the standard output.
pub fn as_text(reply: &Reply) -> String {
    match reply {
        Reply::Invited { link, page, expires } => {
            let page = page.as_ref().map_or(String::new(), |page| format!("{page}\n"));
            format!("Pass this on; it is shown only now, and good until {expires}:\n{page}{link}\n")
        }
        Reply::Invitations { invitations } if invitations.is_empty() => "No invitation can be used.\n".to_owned(),
        Reply::Invitations { invitations } => invitations.iter().map(line).collect(),
        Reply::InvitationRevoked { number } => format!("Nobody can use invitation {number} any more.\n"),
        Reply::InvitationTree { came } if came.is_empty() => "Nobody came by an invitation from there.\n".to_owned(),
        Reply::InvitationTree { came } => came.iter().map(branch).collect(),
        _ => String::new(),
    }
}

/// The link as a code that a phone reads from the screen.
pub fn code(reply: &Reply) -> Option<String> {
    let Reply::Invited { link, page, .. } = reply else { return None };
    // A phone without a client opens the page; a link has its bounds, and fits.
    QRBuilder::new(page.as_ref().unwrap_or(link).as_str()).build().ok().map(|code| code.to_str())
}

fn line(one: &InvitationLine) -> String {
    let whom = if one.name.is_empty() { "anybody" } else { &one.name };
    let by = if one.inviter.is_empty() { "the command line" } else { &one.inviter };
    format!("{:>5}  {}  for {whom} ({}), {} left, made by {by}\n", one.number, one.expires, one.kind, one.uses_left)
}

fn branch(one: &CameLine) -> String {
    let indent = "  ".repeat(one.depth as usize);
    let name = one.name.as_deref().unwrap_or("(erased)");
    let day =
        one.came.as_ref().map_or(String::new(), |came| format!("  {}", came.chars().take(10).collect::<String>()));
    format!("{indent}{name}{day}{}\n", if one.disabled { "  disabled" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_drawn_from_its_root() {
        let came = |depth, name: Option<&str>| CameLine {
            depth,
            name: name.map(Into::into),
            disabled: false,
            came: name.map(|_| "2026-11-25T03:00:00Z".into()),
        };
        let text =
            as_text(&Reply::InvitationTree { came: vec![came(0, Some("bob")), came(1, None), came(2, Some("eve"))] });
        assert_eq!(text, "bob  2026-11-25\n  (erased)\n    eve  2026-11-25\n");
    }

    #[test]
    fn a_link_is_drawn() {
        let link = format!("xmpp:somebody@a-service.example.org?register;preauth={}", "a".repeat(24));
        let code = code(&Reply::Invited { link, page: None, expires: String::new() }).unwrap();
        assert!(code.lines().count() > 15);
    }
}
