//! Files.

use super::super::http::Place;
use super::super::lack::{Found, Lack, must};
use super::super::peer::escaped;
use super::super::stage::{Stage, unique};
use std::net::SocketAddr;
use tokio::net::{TcpStream, lookup_host};
use xmpp::{Element, Stanza};

const UPLOAD: &str = "urn:xmpp:http:upload:0";

/// XEP-0363 §4, §5.
pub async fn upload(stage: &Stage) -> Found {
    let mut alice = stage.alice().await?;
    let (service, _) = stage.service(&mut alice, "store", UPLOAD).await?;
    let content = unique("content");
    let name = unique("file");
    let request = format!(
        "<request xmlns='{UPLOAD}' filename='{}.txt' size='{}' content-type='text/plain'/>",
        escaped(&name),
        content.len()
    );
    let slot = alice.ask("get", Some(&service), &request).await?;
    let (put, head) = target(&slot, "put")?;
    let (get, _) = target(&slot, "get")?;
    let (place, path) = reached(stage, &put).await?;
    let sent = place.ask("PUT", &path, &format!("Content-Type: text/plain\r\n{head}"), &content).await?;
    must(matches!(sent.status, 200 | 201 | 204), format!("the file was answered with {}", sent.status))?;
    let (place, path) = reached(stage, &get).await?;
    let fetched = place.ask("GET", &path, "", "").await?;
    must(fetched.status == 200 && fetched.body == content, "what was put there cannot be fetched")?;
    Ok(format!("{service} gave a slot at {put}; what was put there was fetched"))
}

/// The address of a slot, and the lines of a request's head that belong to it (§5: of these three names).
fn target(slot: &Stanza, name: &str) -> Result<(String, String), Lack> {
    let target = slot.child("slot", UPLOAD).and_then(|slot| slot.child(name, UPLOAD));
    let url = target.as_ref().and_then(|target| target.attr("url"));
    let url = url.ok_or_else(|| Lack::Wrong(format!("the slot has no address to {name}")))?.into_owned();
    let line = |header: Element<'_>| {
        let name = header.attr("name")?.into_owned();
        let allowed = ["authorization", "cookie", "expires"].contains(&name.to_lowercase().as_str());
        let value = header.text().into_owned();
        (allowed && !value.contains(['\r', '\n'])).then(|| format!("{name}: {value}\r\n"))
    };
    let head = target.iter().flat_map(Element::children).filter_map(line).collect();
    Ok((url, head))
}

/// Where an address of HTTPS is reached: where its name leads, or, where nobody answers there, where the server
/// is; one that is being tried often has no name in the world yet.
async fn reached(stage: &Stage, url: &str) -> Result<(Place, String), Lack> {
    let behind = url.strip_prefix("https://").ok_or_else(|| Lack::Wrong(format!("{url} is not HTTPS")))?;
    let (authority, path) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| Lack::Wrong(format!("{url} has no port")))?),
        None => (authority, 443),
    };
    let found: Vec<SocketAddr> = lookup_host((host, port)).await.into_iter().flatten().collect();
    let beside = SocketAddr::new(stage.https.unwrap_or(stage.starttls).ip(), port);
    for address in found.into_iter().chain([beside]) {
        if TcpStream::connect(address).await.is_ok() {
            return Ok((Place { address, host: host.to_owned() }, path.to_owned()));
        }
    }
    Err(Lack::Wrong(format!("nobody answers at {url}")))
}
