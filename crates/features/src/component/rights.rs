//! What components may do in the name of people here (XEP-0356), as operators grant it.

use crate::service::Service;
use xmpp::{IqType, Jid};

/// What one component may do.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Rights {
    /// With contact lists (XEP-0356 §4.1).
    pub roster: Access,
    /// Whether it is told of changes to contact lists (XEP-0356 §4.4).
    pub push: bool,
    /// Whether it sends messages in people's names (XEP-0356 §5.1).
    pub message: bool,
    /// Whether it sees people come and go (XEP-0356 §7.1).
    pub presence: bool,
    /// Requests that it makes in people's names, by the namespace of what they hold (XEP-0356 §6.1).
    pub iq: Vec<(String, Access)>,
}

/// Which requests are allowed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Access {
    #[default]
    None,
    Get,
    Set,
    Both,
}

impl Access {
    /// Whether a request of that type is.
    pub fn allows(self, iq_type: IqType) -> bool {
        match self {
            Access::None => false,
            Access::Get => iq_type == IqType::Get,
            Access::Set => iq_type == IqType::Set,
            Access::Both => matches!(iq_type, IqType::Get | IqType::Set),
        }
    }

    /// As the XEP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Access::None => "none",
            Access::Get => "get",
            Access::Set => "set",
            Access::Both => "both",
        }
    }
}

impl Rights {
    /// Whether it may ask that of people's accounts, or in their names.
    pub fn allow_iq(&self, namespace: &str, iq_type: IqType) -> bool {
        self.iq.iter().any(|(granted, access)| granted == namespace && access.allows(iq_type))
    }
}

impl Service {
    /// The rights of a component that has any, by its domain.
    pub fn rights_of(&self, component: &Jid) -> Option<&Rights> {
        let rights = self.components.iter().find(|(domain, _)| domain == component).map(|(_, rights)| rights);
        rights.filter(|rights| **rights != Rights::default())
    }

    /// The components that are told of changes to contact lists.
    pub fn roster_watchers(&self) -> impl Iterator<Item = &Jid> {
        self.components.iter().filter(|(_, rights)| rights.push).map(|(domain, _)| domain)
    }

    /// The components that see people come and go.
    pub fn presence_watchers(&self) -> impl Iterator<Item = &Jid> {
        self.components.iter().filter(|(_, rights)| rights.presence).map(|(domain, _)| domain)
    }

    /// Whether this is one of them.
    pub fn watches_presence(&self, component: &Jid) -> bool {
        self.presence_watchers().any(|watcher| watcher == component)
    }
}
