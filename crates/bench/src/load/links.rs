//! Other servers that are linked and silent: what each keeps resident.

use super::crowd::for_each;
use super::{LOGINS_AT_ONCE, Meter, Sample, Size};
use crate::Outcome;
use crate::rivals::Running;
use crate::rivals::lab::{Lab, SERVERS_PORT, ZONE};
use bytes::BytesMut;
use memchr::memmem;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ClientConfig, RootCertStore};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use testkit::client::Wire;

/// Buffers of the handshakes get this long to be given back.
const SETTLE_SECONDS: u64 = 10;
/// One link may take this long to be there.
const LINK_SECONDS_MAX: u64 = 30;

/// `size.links` domains open a stream each, prove who they are by certificate (XEP-0178), and are silent.
///
/// # Errors
/// When one is not believed.
pub async fn idle(server: &Running, size: &Size) -> Outcome<Sample> {
    let lab = server.lab.as_ref().ok_or("this server stands alone")?;
    let meter = Meter::start(server)?;
    let links = RefCell::new(Vec::with_capacity(size.links));
    for_each(size.links, LOGINS_AT_ONCE, async |number| {
        let domain = format!("idle{number}.{ZONE}");
        let link = tokio::time::timeout(Duration::from_secs(LINK_SECONDS_MAX), link(server, lab, &domain));
        let link = link.await.map_err(|_| format!("{domain} was not linked in time"))??;
        links.borrow_mut().push(link);
        Ok(())
    })
    .await?;
    let opened = meter.stop(size.links as u64)?;
    tokio::time::sleep(Duration::from_secs(SETTLE_SECONDS)).await;
    let grown = server.usage()?.rss_kib.saturating_sub(meter.server.rss_kib);
    Ok(Sample { cost: grown as f64 / size.links as f64, ..opened })
}

/// A stream of `domain` on which it is proved.
async fn link(server: &Running, lab: &Lab, domain: &str) -> Outcome<Wire> {
    let to = &server.target.domain;
    let header = format!(
        "<?xml version='1.0'?><stream:stream from='{domain}' to='{to}' version='1.0' xmlns='jabber:server' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    let mut wire = Wire::connect(SocketAddr::new(server.target.address.ip(), SERVERS_PORT)).await?;
    exchange(&mut wire, &header, "</stream:features>").await?;
    exchange(&mut wire, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed").await?;
    let mut wire = wire.secure(&certified(lab, domain)?, to).await?;
    exchange(&mut wire, &header, "EXTERNAL").await?;
    let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>";
    exchange(&mut wire, auth, "<success").await?;
    exchange(&mut wire, &header, "<stream:features").await?;
    Ok(wire)
}

/// Says something and waits for a part of the answer.
async fn exchange(wire: &mut Wire, say: &str, due: &str) -> Outcome<()> {
    wire.write(say.as_bytes()).await?;
    let mut answer = BytesMut::with_capacity(4096);
    while memmem::find(&answer, due.as_bytes()).is_none() {
        if wire.read(&mut answer).await? == 0 {
            return Err(format!("{due} was due, but the stream ended: {}", String::from_utf8_lossy(&answer)).into());
        }
    }
    Ok(())
}

/// TLS that shows a certificate of `domain`, and believes the lab.
fn certified(lab: &Lab, domain: &str) -> Outcome<Arc<ClientConfig>> {
    let (chain, key) = lab.issue(domain);
    let mut roots = RootCertStore::empty();
    roots.add(lab.root())?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}
