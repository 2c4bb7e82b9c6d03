//! Streams, with and without TLS, and those of components.

use super::super::carrier::attribute;
use super::super::lack::{Found, Lack, must};
use super::super::peer::within;
use super::super::stage::{Stage, unique};
use bytes::BytesMut;
use client::{Client, Failure, Security, Wire};
use std::net::SocketAddr;
use xmpp::ns;

/// What a stream may say before the end of its features, at most.
const OPENING_BYTES_MAX: usize = 64 * 1024;

/// RFC 6120: STARTTLS, SASL, a resource, and §8.4 for requests that nobody knows.
pub async fn streams(stage: &Stage) -> Found {
    let features = before_tls(stage).await?;
    must(features.contains("<starttls"), "STARTTLS is not offered")?;
    let target = stage.target(Security::StartTls);
    let (mut client, offered) = within("a stream".to_owned(), Client::connect(&target)).await?;
    let login = stage.login(&stage.alice, &offered)?;
    let mechanism = login.hash.mechanism();
    within("a login".to_owned(), client.authenticate(login)).await?;
    within("a resource".to_owned(), client.bind(&unique("check"))).await?;
    let jid = client.jid().to_owned();
    must(jid.starts_with(&format!("{}/", stage.alice.jid)), format!("a resource of {jid} was bound"))?;
    for to in [stage.domain.as_str(), stage.alice.jid.as_str()] {
        let asked = client.ask("get", Some(to), "<question xmlns='https://folkmoot.invalid/nobody-knows'/>");
        let asked = tokio::time::timeout(std::time::Duration::from_secs(5), asked).await;
        let Ok(Err(Failure::Refused(answer))) = asked else {
            return Err(Lack::Wrong(format!("a request to {to} that nobody knows was not refused")));
        };
        let refused = answer.contains("service-unavailable") || answer.contains("feature-not-implemented");
        must(refused, format!("a request to {to} that nobody knows was answered with {answer}"))?;
    }
    Ok(format!("STARTTLS, {mechanism}, bound {jid}; unknown requests are refused"))
}

/// RFC 7590 §3: TLS of a version that is safe, and before it nothing that could be overheard.
pub async fn tls(stage: &Stage) -> Found {
    let features = before_tls(stage).await?;
    must(features.contains("<required"), "STARTTLS is offered, and not required")?;
    must(!features.contains("<mechanism"), "a login is offered before TLS")?;
    let target = stage.target(Security::StartTls);
    let (client, _) = within("TLS".to_owned(), Client::connect(&target)).await?;
    let negotiated = client.negotiated().unwrap_or_default();
    Ok(format!("required; {negotiated}. Whose certificate it is was not judged"))
}

/// XEP-0368 §3.
pub async fn direct_tls(stage: &Stage) -> Found {
    if stage.direct.is_none() {
        return Err(Lack::Missing("no address for it was named (--tls HOST:PORT)".to_owned()));
    }
    let target = stage.target(Security::Direct);
    let (client, features) = within("a stream".to_owned(), Client::connect(&target)).await?;
    must(features.element().child("mechanisms", ns::SASL).is_some(), "no login is offered there")?;
    Ok(format!("a stream over {}", client.negotiated().unwrap_or_default()))
}

/// XEP-0114 §3.
pub async fn components(stage: &Stage) -> Found {
    let Some(address) = stage.component else {
        return Err(Lack::Missing("no address for components was named (--component HOST:PORT)".to_owned()));
    };
    let name = format!("check.{}", stage.domain);
    let header = format!(
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='{name}'>"
    );
    let (mut wire, opened) = opened(address, &header, &["'>", "\">"]).await?;
    must(attribute(&opened, "id").is_some(), "the stream has no `id`, which the secret is proved with")?;
    let handshake = async {
        // Some server says at once that it does not know the name.
        let _ = wire.write(b"<handshake>0000000000000000000000000000000000000000</handshake>").await;
        read_until(&mut wire, opened.clone(), &["not-authorized", "host-unknown", "</stream:stream>"]).await
    };
    let refused = within("an answer to a wrong secret".to_owned(), handshake).await?;
    must(!refused.contains("<handshake"), "a wrong secret was taken")?;
    let condition = ["not-authorized", "host-unknown"].into_iter().find(|condition| refused.contains(condition));
    Ok(format!("a stream of components; a wrong secret is refused with {}", condition.unwrap_or("its end")))
}

/// The features of a stream before TLS, as they came.
async fn before_tls(stage: &Stage) -> Result<String, Lack> {
    let header = format!(
        "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>",
        stage.domain
    );
    Ok(opened(stage.starttls, &header, &["</stream:features>"]).await?.1)
}

/// A stream without TLS, opened with `header`, and what came up to one of the `ends`.
async fn opened(address: SocketAddr, header: &str, ends: &[&str]) -> Result<(Wire, String), Lack> {
    let opening = async {
        let mut wire = Wire::connect(address).await?;
        wire.write(header.as_bytes()).await?;
        let came = read_until(&mut wire, String::new(), ends).await?;
        Ok((wire, came))
    };
    let (wire, came) = within("the opening of a stream".to_owned(), opening).await?;
    must(ends.iter().any(|end| came.contains(end)), "the server closed the stream at once")?;
    Ok((wire, came))
}

/// What came so far and comes, up to one of these.
async fn read_until(wire: &mut Wire, mut came: String, ends: &[&str]) -> Result<String, Failure> {
    let mut input = BytesMut::new();
    while !ends.iter().any(|end| came.contains(end)) && came.len() < OPENING_BYTES_MAX {
        if wire.read(&mut input).await? == 0 {
            break;
        }
        came.push_str(&String::from_utf8_lossy(&input.split()));
    }
    Ok(came)
}
