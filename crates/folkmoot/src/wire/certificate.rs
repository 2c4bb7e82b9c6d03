//! The service's own certificate: the names it is to be good for, and what is said when it is not, or soon not.

use crate::config::{CertificateSource, Config, With};
use features::branch::{Branch, BranchKind};
use hub::{Cause, Clock, Course, Failed, Hub};
use net::{Certificates, Source};
use xmpp::time;

const DAY_SECONDS: i64 = 86_400;
/// From then on it is said that the certificate expires.
const WARN_DAYS: i64 = 14;

/// The certificate that a configuration says.
///
/// # Errors
/// A sentence for the one who asked.
pub fn certificates(config: &Config, clock: &Clock) -> Result<Certificates, String> {
    let source = match &config.certificate {
        CertificateSource::OwnMade => Source::SelfSigned { folder: config.data.clone() },
        CertificateSource::Files { chain, key } => Source::Files { chain: chain.clone(), key: key.clone() },
    };
    let now = clock.now() / 1_000_000;
    // Nobody but other servers sees a certificate for the domain of a component.
    let shown = |branch: &Branch| branch.kind != BranchKind::Component || config.federation.with != With::Nobody;
    let branches = config.all_branches().filter(shown).map(|branch| branch.domain.domain_ascii());
    let names: Vec<String> = std::iter::once(config.domain.domain_ascii()).chain(branches).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Certificates::open(source, &names, now).map_err(|error| error.to_string())
}

/// Says in the log, and to those who run the service, what is wrong with the certificate in use.
pub(super) fn warn(hub: &Hub, certificates: &Certificates) {
    let uncovered = certificates.uncovered().join(", ");
    if !uncovered.is_empty() {
        tracing::warn!(
            names = uncovered,
            "the certificate does not name these: clients and other servers will refuse it there"
        );
    }
    let names = format!("It does not name {uncovered}.");
    watch(hub, (!uncovered.is_empty()).then_some((Cause::OwnNames, names)), &[Cause::OwnNames]);
    let expires = certificates.expires();
    let end = format!("It ends at {}.", time::write(expires.saturating_mul(1_000_000)));
    let days = (expires - hub.clock().now() / 1_000_000).div_euclid(DAY_SECONDS);
    let wrong = if days < 0 {
        tracing::warn!("the certificate has expired: clients will refuse it");
        Some((Cause::OwnExpired, end))
    } else if days < WARN_DAYS {
        tracing::warn!(days, "the certificate expires soon");
        Some((Cause::OwnExpires, end))
    } else {
        None
    };
    watch(hub, wrong, &[Cause::OwnExpires, Cause::OwnExpired]);
}

/// The watch learns what is wrong, or that none of these is.
fn watch(hub: &Hub, wrong: Option<(Cause, String)>, causes: &[Cause]) {
    let domain = hub.service().domain.clone();
    match wrong {
        Some((cause, evidence)) => hub.failed(Failed { domain, course: Course::Own, cause, evidence }),
        None => hub.recovered(&domain, |_, known| causes.contains(&known)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Wired, facts, wire};
    use super::*;
    use crate::config::Network;
    use crate::data_folder;
    use client::{Client, Keychain, Login, Profile, Security, Target, any_certificate};
    use features::deed::Password;
    use std::path::Path;
    use std::time::Duration;
    use tokio::runtime::Handle;
    use tokio::time::timeout;
    use xmpp::scram::Hash;

    const PATIENCE: Duration = Duration::from_secs(5);
    const BEGINNING: i64 = 1_795_564_800_000_000;
    const ALL_NAMES: [&str; 3] = ["example.org", "rooms.example.org", "pubsub.example.org"];

    /// A real certificate for these names, good for a year from `now`, in seconds.
    fn issue(folder: &Path, names: &[&str], now: i64) {
        // One that is good still would be kept.
        let _ = std::fs::remove_file(folder.join("self-signed.pem"));
        Certificates::open(Source::SelfSigned { folder: folder.to_owned() }, names, now).unwrap();
    }

    fn config(folder: &Path) -> Config {
        let file = folder.join("folkmoot.toml");
        let text = "domain = \"example.org\"\nadmins = [\"alice@example.org\"]\n[listen]\nstarttls = []\n\
                    tls = [\"127.0.83.1:0\"]\nhttps = []\n[certificate]\nchain = \"self-signed.pem\"\n\
                    key = \"self-signed.pem\"\n[federation]\nwith = \"nobody\"\n";
        std::fs::write(&file, text).unwrap();
        Config::load(Some(&file), Network::V4).unwrap()
    }

    /// The administrator, who is online.
    async fn alice(wired: &Wired) -> Client {
        let address = wired.ports().direct[0];
        let (domain, tls) = ("example.org".to_owned(), any_certificate());
        let (keychain, profile) = (Keychain::new(), Profile::Sasl);
        let (user, password, resource) = ("alice", "secret", "desk");
        let login = Login { user, password, resource, hash: Hash::Sha256, profile, keychain: &keychain };
        let mut alice =
            Client::login(&Target { address, domain, security: Security::Direct, tls }, login).await.unwrap();
        alice.send("<presence/>").await.unwrap();
        alice
    }

    /// The message that she gets next.
    async fn told(alice: &mut Client) -> String {
        loop {
            let stanza = timeout(PATIENCE, alice.receive()).await.expect("something is told").unwrap();
            if stanza.kind.name() == "message" {
                let body = stanza.inner_str().split("</body>").next().unwrap_or_default();
                return body.trim_start_matches("<body>").to_owned();
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_wrong_with_our_certificate_is_told_before_others_see_it() {
        let folder = tempfile::tempdir().unwrap();
        let begin = BEGINNING / 1_000_000;
        issue(folder.path(), &ALL_NAMES[..1], begin);
        let config = config(folder.path());
        let store = data_folder::open(&config.data).unwrap();
        let secrets = features::login::secrets(&store, [7; 80]).await.unwrap();
        let hub = Hub::new(store, facts(&config, secrets), Clock::manual(BEGINNING, 1), Handle::current());
        hub.add_account("a test", "alice", Password("secret".into())).await.unwrap();
        let wired = wire(&config, hub.clone()).unwrap();
        let mut alice = alice(&wired).await;
        let said = told(&mut alice).await;
        let uncovered = ALL_NAMES[1..].join(", ");
        assert!(said.contains(&format!("not name all that is served.\nIt does not name {uncovered}.")), "{said}");
        assert!(said.contains("kill -HUP"), "{said}");

        issue(folder.path(), &ALL_NAMES, begin);
        wired.renew_certificate().unwrap();
        assert!(told(&mut alice).await.contains("in order again"));

        let day = |count: i64| count * DAY_SECONDS * 1_000_000;
        // A fortnight before the end, once; then that it is over.
        hub.clock().advance(day(366 - WARN_DAYS));
        wired.renew_certificate().unwrap();
        wired.renew_certificate().unwrap();
        let said = told(&mut alice).await;
        assert!(said.contains("expires soon") && said.contains("It ends at 2027-11-"), "{said}");
        hub.clock().advance(day(WARN_DAYS));
        wired.renew_certificate().unwrap();
        let said = told(&mut alice).await;
        assert!(said.contains("has expired") && said.contains("kill -HUP"), "{said}");

        issue(folder.path(), &ALL_NAMES, begin + 366 * DAY_SECONDS);
        wired.renew_certificate().unwrap();
        let said = [told(&mut alice).await, told(&mut alice).await];
        assert!(said.iter().all(|said| said.contains("in order again")), "{said:?}");
        wired.stop().await;
    }
}
