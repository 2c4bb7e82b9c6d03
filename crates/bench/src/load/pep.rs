//! One person changes an avatar, and all contacts are told (XEP-0163): what each of them costs the server.
//!
//! Each contact is online and wants to know, by capabilities (XEP-0115) that the server asks for once and verifies.

use super::crowd::for_each;
use super::{LOGINS_AT_ONCE, Meter, Sample, Size, log_in};
use crate::Outcome;
use crate::rivals::{DOMAIN, Running, data};
use crate::usage;
use data_encoding::BASE64;
use std::cell::RefCell;
use std::time::Duration;
use testkit::client::{Client, Keychain};
use xmpp::scram::Hash;
use xmpp::{IqType, Kind, PresenceType, Stanza, ns};

/// Whose avatar changes.
const PUBLISHER: usize = 0;
/// The node.
const NODE: &str = "urn:xmpp:avatar:metadata";
/// What follows from logging in gets this long to be over.
const CALM_SECONDS: u64 = 5;
/// A client waits for so long for what must come.
const PATIENCE_SECONDS: u64 = 60;

/// Makes `size.contacts` people contacts of one, lets that one publish `size.publications` times, and divides by what
/// the contacts got.
///
/// # Errors
/// When the server refuses or breaks, or somebody is not told, or told in another order.
pub async fn run(server: &Running, size: &Size) -> Outcome<Sample> {
    let keychain = Keychain::new();
    let mut publisher = log_in(server, PUBLISHER, "pep", &keychain).await?;
    // RFC 6121 §3.1.6: answers go to whoever fetched the roster.
    publisher.ask("get", None, &format!("<query xmlns='{}'/>", ns::ROSTER)).await?;
    publisher.send("<presence/>").await?;
    let contacts = RefCell::new(Vec::with_capacity(size.contacts));
    for_each(size.contacts, LOGINS_AT_ONCE, async |number| {
        let contact = log_in(server, number + 1, "pep", &keychain).await?;
        contacts.borrow_mut().push(contact);
        Ok(())
    })
    .await?;
    let mut contacts = contacts.into_inner();
    befriend(&mut publisher, &mut contacts).await?;
    let resident = usage::of_tree(server.pid()?)?.rss_kib;
    let meter = Meter::start(server)?;
    let mut most = resident;
    for number in 0..size.publications {
        publish(&mut publisher, number).await?;
        most = most.max(usage::of_tree(server.pid()?)?.rss_kib);
    }
    for contact in &mut contacts {
        for number in 0..size.publications {
            told(contact, number).await?;
        }
    }
    let sample = meter.stop((size.contacts * size.publications) as u64)?;
    eprintln!("resident {} MiB before, {} MiB at most", resident >> 10, most >> 10);
    Ok(sample)
}

/// All become contacts both ways, and are online for each other.
async fn befriend(publisher: &mut Client, contacts: &mut [Client]) -> Outcome<()> {
    let own = format!("{}@{DOMAIN}", data::user(PUBLISHER));
    let presence = format!(
        "<presence><c xmlns='{}' hash='sha-1' node='urn:example:bench' ver='{}'/></presence>",
        ns::CAPS,
        BASE64.encode(Hash::Sha1.digest(format!("client/pc//bench<{NODE}+notify<").as_bytes()).as_ref())
    );
    for contact in contacts.iter_mut() {
        contact.send(&presence).await?;
        let bare = contact.jid().split('/').next().unwrap_or_default().to_owned();
        ask(contact, publisher, &own).await?;
        publisher.send(&format!("<presence to='{bare}' type='subscribed'/>")).await?;
        ask(publisher, contact, &bare).await?;
        contact.send(&format!("<presence to='{own}' type='subscribed'/>")).await?;
        next(publisher, |stanza| stanza.kind == Kind::Presence(PresenceType::Subscribed)).await?;
    }
    tokio::time::sleep(Duration::from_secs(CALM_SECONDS)).await;
    // Whoever is asked what it can do answers while it waits for this.
    for contact in contacts {
        ping(contact).await?;
    }
    ping(publisher).await?;
    tokio::time::sleep(Duration::from_secs(CALM_SECONDS)).await;
    ping(publisher).await
}

/// One asks to see the other, who hears of it.
async fn ask(one: &mut Client, other: &mut Client, address: &str) -> Outcome<()> {
    one.send(&format!("<presence to='{address}' type='subscribe'/>")).await?;
    next(other, |stanza| stanza.kind == Kind::Presence(PresenceType::Subscribe)).await?;
    Ok(())
}

async fn publish(publisher: &mut Client, number: usize) -> Outcome<()> {
    let id = format!("{number:040x}");
    let metadata = format!("<metadata xmlns='{NODE}'><info bytes='9000' id='{id}' type='image/png'/></metadata>");
    let publish = format!("<publish node='{NODE}'><item id='{id}'>{metadata}</item></publish>");
    publisher.ask("set", None, &format!("<pubsub xmlns='{}'>{publish}</pubsub>", ns::PUBSUB)).await?;
    Ok(())
}

/// Waits until a contact is told of that publication.
async fn told(contact: &mut Client, number: usize) -> Outcome<()> {
    let event = next(contact, |stanza| stanza.has("event", ns::PUBSUB_EVENT)).await?;
    if event.inner_str().contains(&format!("{number:040x}")) {
        return Ok(());
    }
    Err(format!("another publication than number {number} comes to {:?}", event.to).into())
}

async fn ping(client: &mut Client) -> Outcome<()> {
    client.send("<iq type='get' id='still-there'><ping xmlns='urn:xmpp:ping'/></iq>").await?;
    next(client, |stanza| stanza.id.as_ref().is_some_and(|id| id.as_str() == "still-there")).await?;
    Ok(())
}

/// The next stanza of that kind; whoever asks meanwhile what the client can do is answered.
async fn next(client: &mut Client, wanted: impl Fn(&Stanza) -> bool) -> Outcome<Stanza> {
    loop {
        let came = tokio::time::timeout(Duration::from_secs(PATIENCE_SECONDS), client.receive()).await;
        let stanza = came.map_err(|_| "somebody waits in vain")??;
        if wanted(&stanza) {
            return Ok(stanza);
        }
        if stanza.kind != Kind::Iq(IqType::Get) || !stanza.has("query", ns::DISCO_INFO) {
            continue;
        }
        let asked = stanza.payload().and_then(|query| Some(format!(" node='{}'", query.attr("node")?)));
        let (id, from) = (stanza.id.as_ref().map_or("", |id| id.as_str()), stanza.from.as_ref());
        let answer = format!(
            "<iq type='result' id='{id}' to='{}'><query xmlns='{}'{}><identity category='client' type='pc' name='bench'/>\
             <feature var='{NODE}+notify'/></query></iq>",
            from.map_or(DOMAIN, |from| from.as_str()),
            ns::DISCO_INFO,
            asked.unwrap_or_default()
        );
        client.send(&answer).await?;
    }
}
