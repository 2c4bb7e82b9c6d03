//! What the domain and clients say of themselves.

use super::super::lack::{Found, Lack, must, must_have};
use super::super::stage::Stage;
use data_encoding::BASE64;
use xmpp::scram::Hash;
use xmpp::{Element, Kind, PresenceType, Stanza, ns};

/// Services that calls need (XEP-0215 §3.1).
const EXTDISCO: &str = "urn:xmpp:extdisco:2";
/// What the client is told of here does not matter.
const NODE: &str = "https://folkmoot.invalid/check/capabilities";

/// XEP-0030 §3.1, §4.1.
pub async fn domain(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let info = alice.info(&stage.domain).await?;
    let is_server = |child: Element<'_>| {
        child.name() == "identity" && child.attr("category").is_some_and(|category| category == "server")
    };
    let query = info.payload().ok_or_else(|| Lack::Wrong("disco#info was answered without a query".to_owned()))?;
    must(query.children().any(is_server), "the domain has no identity of the category `server`")?;
    must_have(&info, &stage.domain, ns::DISCO_INFO)?;
    must_have(&info, &stage.domain, ns::DISCO_ITEMS)?;
    let items = alice.ask("get", Some(&stage.domain), &format!("<query xmlns='{}'/>", ns::DISCO_ITEMS)).await?;
    let account = alice.info(&stage.alice.jid).await?;
    let count = |info: &Stanza, name: &str| info.payload().map_or(0, |query| named(&query, name));
    Ok(format!(
        "{} features and {} services of the domain, {} features of the account",
        count(&info, "feature"),
        count(&items, "item"),
        count(&account, "feature")
    ))
}

fn named(query: &Element<'_>, name: &str) -> usize {
    query.children().filter(|child| child.name() == name).count()
}

/// XEP-0115 §6.3 for the server, and that presence with a client's reaches a contact.
pub async fn capabilities(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let features = alice.features.clone();
    let offered = Element::first(&features, ns::CLIENT).and_then(|features| features.child("c", ns::CAPS));
    let (node, ver) = offered
        .and_then(|caps| Some((caps.attr("node")?.into_owned(), caps.attr("ver")?.into_owned())))
        .ok_or_else(|| Lack::Missing("the stream's features have no capabilities".to_owned()))?;
    let asked = format!("<query xmlns='{}' node='{node}#{ver}'/>", ns::DISCO_INFO);
    let info = alice.ask("get", Some(&stage.domain), &asked).await?;
    must(hash(&info).is_some_and(|computed| computed == ver), "the hash is not that of what the server answers")?;
    stage.friends.clone()?;
    let mut bob = stage.bob().await?;
    bob.come_online().await?;
    alice.come_online_for(NODE).await?;
    let from = alice.jid().to_owned();
    let with_caps = |stanza: &Stanza| {
        stanza.kind == Kind::Presence(PresenceType::Available)
            && stanza.from.as_ref().is_some_and(|jid| jid.as_str() == from)
            && stanza.has("c", ns::CAPS)
    };
    bob.until("a friend's presence with capabilities", with_caps).await?;
    Ok(format!("`{ver}` is the hash of what the server says of itself; a contact sees a client's"))
}

/// XEP-0115 §5.1.
fn hash(info: &Stanza) -> Option<String> {
    let query = info.payload()?;
    let value = |child: &Element<'_>, name: &str| child.attr(name).unwrap_or_default().into_owned();
    let mut identities: Vec<String> = Vec::new();
    let mut features: Vec<String> = Vec::new();
    let mut forms: Vec<String> = Vec::new();
    for child in query.children() {
        match child.name() {
            "identity" => {
                let [category, kind, lang, name] =
                    ["category", "type", "xml:lang", "name"].map(|key| value(&child, key));
                identities.push(format!("{category}/{kind}/{lang}/{name}"));
            }
            "feature" => features.push(value(&child, "var")),
            "x" => forms.push(form(&child)?),
            _ => {}
        }
    }
    let text: String = [identities, features, forms].map(sorted).concat();
    Some(BASE64.encode(&Hash::Sha1.digest(text.as_bytes())))
}

/// Each in its order, with `<` behind it, which is no part of what is sorted.
fn sorted(mut part: Vec<String>) -> String {
    part.sort_unstable();
    part.iter().map(|one| format!("{one}<")).collect()
}

/// A form's part, but for the `<` behind it: its type, then its fields in order, each with its values in order.
fn form(form: &Element<'_>) -> Option<String> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut form_type = None;
    for field in form.children().filter(|child| child.name() == "field") {
        let name = field.attr("var")?.into_owned();
        let texts = field.children().filter(|value| value.name() == "value");
        let values = sorted(texts.map(|value| value.text().into_owned()).collect());
        if name == "FORM_TYPE" {
            form_type = Some(values);
        } else {
            fields.push((name, values));
        }
    }
    fields.sort_unstable();
    let fields: String = fields.iter().map(|(name, values)| format!("{name}<{values}")).collect();
    let text = form_type? + &fields;
    Some(text.strip_suffix('<')?.to_owned())
}

/// XEP-0215 §3.1.
pub async fn relays(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let answer = alice.ask("get", Some(&stage.domain), &format!("<services xmlns='{EXTDISCO}'/>")).await?;
    let services = answer.child("services", EXTDISCO);
    let kinds: Vec<String> = services
        .iter()
        .flat_map(Element::children)
        .filter_map(|service| service.attr("type").map(|kind| kind.into_owned()))
        .filter(|kind| matches!(kind.as_str(), "stun" | "turn" | "stuns" | "turns"))
        .collect();
    if kinds.is_empty() {
        return Err(Lack::Missing("the domain answers, and names no STUN or TURN server".to_owned()));
    }
    Ok(format!("{} named: {}", kinds.len(), kinds.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// XEP-0115 §5.3.
    #[test]
    fn the_hash_is_that_of_the_example() {
        let info = "<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#info'>\
             <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>\
             <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>\
             <feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>\
             <feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>\
             <x xmlns='jabber:x:data' type='result'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>\
             <field var='ip_version'><value>ipv4</value><value>ipv6</value></field>\
             <field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>\
             <field var='software'><value>Psi</value></field><field var='software_version'><value>0.11</value></field>\
             </x></query></iq>";
        assert_eq!(hash(&Stanza::read(info).unwrap()).as_deref(), Some("q07IKJEyjvHSyhy//CH0CxmKi8w="));
    }
}
