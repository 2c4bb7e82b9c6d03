//! The configuration in force, written as a file that gives just this configuration.

use super::low::{LowArchive, LowCertificate, LowContact, LowListen, LowLog, LowWeb};
use super::{
    CertificateSource, Component, Config, External, LowConfig, branches, declared_limits, host_meta, metrics, rooms,
    sign_up, statement,
};
use features::contact::Role;
use std::fmt::Write;
use std::net::SocketAddr;
use toml::Spanned;

impl Config {
    /// As it could have been written, every value named.
    pub fn to_low(&self) -> LowConfig {
        let addresses = |list: &[SocketAddr]| Some(list.iter().map(|one| plain(one.to_string())).collect());
        let (dns, federation) = self.federation.to_low();
        LowConfig {
            domain: Some(plain(self.domain.to_string())),
            admins: self.admins.iter().map(|admin| plain(admin.to_string())).collect(),
            service: statement::to_low(&self.statement),
            sign_up: sign_up::to_low(&self.sign_up),
            data: Some(self.data.clone()),
            listen: LowListen {
                starttls: addresses(&self.starttls),
                tls: addresses(&self.tls),
                https: addresses(&self.https),
                servers: addresses(&self.servers),
                servers_tls: addresses(&self.servers_tls),
                components: addresses(&self.components_at),
            },
            web: LowWeb { url: Some(plain(self.url.to_string())) },
            host_meta: host_meta::to_low(self.reachable.as_ref()),
            certificate: match &self.certificate {
                CertificateSource::OwnMade => None,
                CertificateSource::Files { chain, key } => {
                    Some(LowCertificate { chain: chain.clone(), key: key.clone() })
                }
            },
            contact: self.low_contact(),
            external: self.external.iter().map(External::to_low).collect(),
            services: branches::to_low(&self.branches),
            rooms: rooms::to_low(&self.newcomer_rooms),
            upload: self.upload.to_low(),
            component: self.components.iter().map(Component::to_low).collect(),
            dns,
            federation,
            archive: LowArchive {
                days: Some(plain(self.archive_days)),
                default: Some(self.archive_default),
                tombstones: Some(self.archive_tombstones),
            },
            metrics: metrics::to_low(self.metrics_at),
            log: LowLog { level: Some(self.log_level), format: Some(self.log_format) },
            limits: declared_limits()
                .map(|limit| (plain(limit.name.to_owned()), plain(self.limits.of(limit))))
                .collect(),
        }
    }

    fn low_contact(&self) -> LowContact {
        let of = |role: Role| {
            let found = self.contacts.iter().find(|(known, _)| *known == role);
            found.map(|(_, addresses)| addresses.iter().cloned().map(plain).collect()).unwrap_or_default()
        };
        LowContact {
            abuse: of(Role::Abuse),
            admin: of(Role::Admin),
            feedback: of(Role::Feedback),
            sales: of(Role::Sales),
            security: of(Role::Security),
            status: of(Role::Status),
            support: of(Role::Support),
        }
    }

    /// As TOML, each limit with its unit and its reason.
    pub fn to_toml(&self) -> String {
        let mut low = self.to_low();
        low.limits.clear();
        let mut text = toml::to_string(&low).expect("a configuration is a TOML table");
        text.push_str("\n[limits]\n");
        for limit in declared_limits() {
            let value = self.limits.of(limit);
            let default =
                if value == limit.default { "the default".to_owned() } else { format!("default {}", limit.default) };
            write!(text, "# {} ({default}). {}\n{} = {value}\n", limit.unit, limit.reason, limit.name)
                .expect("writing to a string does not fail");
        }
        text
    }
}

/// A value that stands nowhere in a file.
fn plain<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}
