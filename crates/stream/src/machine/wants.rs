//! What a client wants besides its login: the children of `<authenticate/>` (XEP-0388 §2.3).

use crate::{
    Channel,
    ask::{Agent, Inline},
    features,
    management::is_true,
    sasl::{Failure, Mechanism},
};
use xmpp::{Element, Text, ns, scram::Hash};

/// All that can be asked for in one go.
#[derive(Default)]
pub(crate) struct Wants {
    /// XEP-0388 §2.3
    pub(crate) agent: Option<Agent>,
    /// XEP-0484 §3.4: the client logs in by token.
    pub(crate) fast: Option<FastUse>,
    /// XEP-0484 §3.2: it wants a new token for this mechanism.
    pub(crate) request_token: Option<&'static str>,
    /// XEP-0480 §2.2: it is ready to make keys for these, in our order.
    pub(crate) upgrades: Vec<Hash>,
    /// XEP-0198 §9.2: id and count.
    pub(crate) resume: Option<(Text, u32)>,
    /// XEP-0386 §3.2
    pub(crate) bind: Option<Bind2>,
}

/// How a token is used.
pub(crate) struct FastUse {
    pub(crate) count: Option<u32>,
    pub(crate) invalidate: bool,
}

/// A bind within the login.
pub(crate) struct Bind2 {
    pub(crate) tag: Option<Text>,
    pub(crate) inline: Inline,
}

impl Wants {
    /// Reads the children. What is unknown is passed over.
    pub(crate) fn read(authenticate: &Element<'_>, channel: &Channel) -> Result<Wants, Failure> {
        let mut wants = Wants::default();
        for child in authenticate.children() {
            match (child.name(), child.ns()) {
                ("user-agent", ns::SASL2) => wants.agent = Some(agent(&child)),
                ("fast", ns::FAST) => wants.fast = Some(fast(&child)?),
                ("request-token", ns::FAST) => {
                    let name = child.attr("mechanism").unwrap_or_default();
                    wants.request_token = Mechanism::named_for_tokens(&name, channel).map(Mechanism::name);
                }
                ("upgrade", ns::SASL_UPGRADE) => wants.upgrade(&child.text()),
                ("resume", ns::SM) => wants.resume = Some(resume(&child).ok_or(Failure::MalformedRequest)?),
                ("bind", ns::BIND2) => wants.bind = Some(bind(&child)),
                _ => {}
            }
        }
        Ok(wants)
    }

    /// The `id` of the client, without which there are no tokens for it (XEP-0484 §4.1).
    pub(crate) fn agent_id(&self) -> Option<&Text> {
        self.agent.as_ref()?.id.as_ref()
    }

    fn upgrade(&mut self, task: &str) {
        let known = features::UPGRADES.iter().find(|(_, name)| *name == task);
        if let Some((hash, _)) = known.filter(|(hash, _)| !self.upgrades.contains(hash)) {
            self.upgrades.push(*hash);
            self.upgrades.sort_unstable_by_key(|hash| std::cmp::Reverse(*hash));
        }
    }
}

/// XEP-0198 §5: `previd` and `h` of `<resume/>`.
pub(crate) fn resume(resume: &Element<'_>) -> Option<(Text, u32)> {
    Some((Text::copied(&resume.attr("previd")?), resume.attr("h")?.parse().ok()?))
}

fn agent(agent: &Element<'_>) -> Agent {
    let text = |name| agent.child(name, ns::SASL2).map(|child| Text::copied(&child.text()));
    // XEP-0388 §2.3: a UUID. What is none is of no use as an id, but no reason to refuse a login.
    let id = agent.attr("id").filter(|id| is_uuid(id)).map(|id| Text::copied(&id));
    Agent { id, software: text("software"), device: text("device") }
}

fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn fast(fast: &Element<'_>) -> Result<FastUse, Failure> {
    let count = fast.attr("count").map(|count| count.parse().map_err(|_| Failure::MalformedRequest)).transpose()?;
    Ok(FastUse { count, invalidate: is_true(fast.attr("invalidate").as_deref()) })
}

fn bind(bind: &Element<'_>) -> Bind2 {
    let enable = bind.child("enable", ns::SM);
    let tag = bind.child("tag", ns::BIND2).map(|tag| Text::copied(&tag.text())).filter(|tag| !tag.is_empty());
    let inline = Inline {
        bind2: true,
        carbons: bind.child("enable", ns::CARBONS).is_some(),
        inactive: bind.child("inactive", ns::CSI).is_some(),
        sm: enable.map(|enable| is_true(enable.attr("resume").as_deref())),
    };
    Bind2 { tag, inline }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_everything_a_modern_client_asks_for() {
        let text = "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'>\
            <user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>A</software></user-agent>\
            <fast xmlns='urn:xmpp:fast:0' count='12' invalidate='1'/>\
            <request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>\
            <upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-256</upgrade>\
            <upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-SCRAM-SHA-512</upgrade>\
            <upgrade xmlns='urn:xmpp:sasl:upgrade:0'>UPGR-BLOOP</upgrade>\
            <resume xmlns='urn:xmpp:sm:3' previd='s1' h='4294967295'/>\
            <bind xmlns='urn:xmpp:bind:0'><tag>App</tag><enable xmlns='urn:xmpp:carbons:2'/>\
            <enable xmlns='urn:xmpp:sm:3' resume='true'/><inactive xmlns='urn:xmpp:csi:0'/></bind>\
            <unknown xmlns='urn:example'/></authenticate>";
        let wants = Wants::read(&Element::first(text, ns::CLIENT).unwrap(), &Channel::default()).unwrap();
        assert_eq!(wants.agent_id().unwrap().as_str(), "d4565fa7-4d72-4749-b3d3-740edbf87770");
        let fast = wants.fast.unwrap();
        assert_eq!((fast.count, fast.invalidate), (Some(12), true));
        assert_eq!(wants.request_token, Some("HT-SHA-256-NONE"));
        assert_eq!(wants.upgrades, [Hash::Sha512, Hash::Sha256]);
        assert_eq!(wants.resume, Some(("s1".into(), u32::MAX)));
        let bind = wants.bind.unwrap();
        assert_eq!(bind.tag.unwrap().as_str(), "App");
        assert!(bind.inline.bind2 && bind.inline.carbons && bind.inline.inactive);
        assert_eq!(bind.inline.sm, Some(true));
    }
}
