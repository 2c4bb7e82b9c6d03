//! Streams for browsers.

use super::super::carrier::{Carrier, attribute};
use super::super::http::Place;
use super::super::lack::{Found, Lack};
use super::super::stage::Stage;

const WEBSOCKET: &str = "urn:xmpp:alt-connections:websocket";
const XBOSH: &str = "urn:xmpp:alt-connections:xbosh";
/// Where servers usually have them, for those without a host-meta document.
const USUAL_WEBSOCKETS: [&str; 2] = ["/xmpp-websocket", "/ws"];
const USUAL_BOSHES: [&str; 2] = ["/http-bind", "/bosh"];

/// RFC 7395.
pub async fn websocket(stage: &Stage) -> Found {
    let place = place(stage)?;
    let (paths, how) = paths(&place, WEBSOCKET, USUAL_WEBSOCKETS).await;
    let mut last = Lack::Missing("nothing is at the usual paths".to_owned());
    for path in paths {
        match Carrier::websocket(&place, &path).await {
            Ok(mut carrier) => {
                let jid = carrier.login(&stage.alice, &stage.keychain).await?;
                return Ok(format!("{path} ({how}): bound {jid}"));
            }
            Err(lack) => last = lack,
        }
    }
    Err(last)
}

/// XEP-0206 over XEP-0124.
pub async fn bosh(stage: &Stage) -> Found {
    let place = place(stage)?;
    let (paths, how) = paths(&place, XBOSH, USUAL_BOSHES).await;
    let mut last = Lack::Missing("nothing is at the usual paths".to_owned());
    for path in paths {
        match Carrier::bosh(&place, &path).login(&stage.alice, &stage.keychain).await {
            Ok(jid) => return Ok(format!("{path} ({how}): bound {jid}")),
            Err(lack) => last = lack,
        }
    }
    Err(last)
}

fn place(stage: &Stage) -> Result<Place, Lack> {
    let address =
        stage.https.ok_or_else(|| Lack::Missing("no address for HTTPS was named (--https HOST:PORT)".to_owned()))?;
    Ok(Place { address, host: stage.domain.clone() })
}

/// Where to ask: where host-meta says (XEP-0156 §2), else where it usually is; and which of the two.
async fn paths(place: &Place, relation: &str, usual: [&str; 2]) -> (Vec<String>, &'static str) {
    let document = place.ask("GET", "/.well-known/host-meta", "", "").await;
    let found = document.ok().filter(|answer| answer.status == 200).and_then(|answer| linked(&answer.body, relation));
    match found {
        Some(path) => (vec![path], "by host-meta"),
        None => (usual.map(str::to_owned).to_vec(), "without host-meta"),
    }
}

/// The path of the link of this relation.
fn linked(document: &str, relation: &str) -> Option<String> {
    let mut links = document.split("<Link").skip(1).filter_map(|link| link.split_once('>').map(|(tag, _)| tag));
    let url = links.find(|tag| attribute(tag, "rel") == Some(relation)).and_then(|tag| attribute(tag, "href"))?;
    let behind = url.split_once("://")?.1;
    Some(behind.find('/').map_or("/", |at| &behind[at..]).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found() {
        let document = "<XRD><Link rel='lrdd' href='x'/><Link href=\"wss://a.example:443/ws\" rel='urn:x'/></XRD>";
        assert_eq!(linked(document, "urn:x").as_deref(), Some("/ws"));
        assert_eq!(linked(document, "urn:y"), None);
    }
}
