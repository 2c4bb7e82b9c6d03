//! The configuration of a node (XEP-0060 §16.4.4): what may be set, and what it means.
//!
//! There is one way to change a configuration, [`Config::set`]. Forms, publishing options and the
//! stored text all go through it, so that two of them say the same exactly when they lead to the
//! same [`Config`]: `1` and `true`, a missing field and its default.

use super::Host;
use store::Value;
use xmpp::form::{FORM_TYPE, Form, boolean};
use xmpp::{Condition, Kind, MessageType, StanzaError, Writer, ns};

/// The longest text that a field takes.
const TEXT_BYTES_MAX: usize = 1023;

/// The groups that a node may name.
const GROUPS_MAX: usize = 32;

/// Who may see a node (XEP-0060 §4.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum Access {
    Presence,
    Open,
    Roster,
    Authorize,
    Whitelist,
}

/// When the last item is sent unasked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum SendLast {
    Never,
    OnSub,
    OnSubAndPresence,
}

/// Who may publish in a node beside its owners and publishers (XEP-0060 §16.4.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Publish {
    /// Nobody.
    Publishers,
    /// Who is subscribed.
    Subscribers,
    /// Everybody.
    Open,
}

/// What becomes of an item for which a node has no place (XEP-0060 §7.1.2.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Full {
    /// It pushes out the oldest.
    RetractOldest,
    /// It is refused.
    Reject,
}

/// A node's configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub struct Config {
    pub access: Access,
    /// Who may publish, besides those who always may.
    pub publish: Publish,
    pub send_last: SendLast,
    pub persist_items: bool,
    pub deliver_notifications: bool,
    pub deliver_payloads: bool,
    pub notify_retract: bool,
    pub notify_delete: bool,
    pub notify_config: bool,
    /// How many items are kept; none for as many as the service keeps at most.
    pub max_items: Option<u32>,
    /// What becomes of one more.
    pub full: Full,
    /// How many seconds an item is kept; none for as long as there is room for it.
    pub item_expire_seconds: Option<u32>,
    /// What notifications are: `headline` or `normal`.
    pub notification: MessageType,
    /// Which roster groups may see the node, with [`Access::Roster`].
    pub groups: Vec<Box<str>>,
    pub title: Box<str>,
    pub description: Box<str>,
    /// The namespace of the payloads.
    pub payload: Box<str>,
}

impl Default for Config {
    /// XEP-0163 §5: one item, kept, for those who may see the presence.
    fn default() -> Config {
        Config {
            access: Access::Presence,
            publish: Publish::Publishers,
            send_last: SendLast::OnSubAndPresence,
            persist_items: true,
            deliver_notifications: true,
            deliver_payloads: true,
            notify_retract: true,
            notify_delete: true,
            notify_config: false,
            max_items: Some(1),
            full: Full::RetractOldest,
            item_expire_seconds: None,
            notification: MessageType::Headline,
            groups: Vec::new(),
            title: Box::default(),
            description: Box::default(),
            payload: Box::default(),
        }
    }
}

/// What a field takes.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Switch,
    Choice(&'static [&'static str]),
    List,
}

const ACCESS: Shape = Shape::Choice(&["presence", "open", "roster", "authorize", "whitelist"]);
const SEND_LAST: Shape = Shape::Choice(&["never", "on_sub", "on_sub_and_presence"]);

/// The fields, as they are named behind `pubsub#`.
const FIELDS: &[(&str, Shape)] = &[
    ("title", Shape::Text),
    ("description", Shape::Text),
    ("type", Shape::Text),
    ("access_model", ACCESS),
    ("roster_groups_allowed", Shape::List),
    ("max_items", Shape::Text),
    ("publish_node_full", Shape::Choice(&["retract-oldest", "reject"])),
    ("item_expire", Shape::Text),
    ("persist_items", Shape::Switch),
    ("send_last_published_item", SEND_LAST),
    ("deliver_notifications", Shape::Switch),
    ("deliver_payloads", Shape::Switch),
    ("notify_retract", Shape::Switch),
    ("notify_delete", Shape::Switch),
    ("notify_config", Shape::Switch),
    ("notification_type", Shape::Choice(&["headline", "normal"])),
    ("publish_model", Shape::Choice(&["publishers", "subscribers", "open"])),
    // What is the same for every node, shown so that clients can rely on it.
    ("node_type", Shape::Choice(&["leaf"])),
];

/// Why a field could not be set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// There is no such field here.
    Unknown,
    /// It does not take that value.
    Value,
}

impl Config {
    /// Sets a field, named with its `pubsub#`.
    ///
    /// # Errors
    /// When it is not known or does not take that.
    pub fn set(&mut self, field: &str, values: &[&str]) -> Result<(), Refused> {
        let name = field.strip_prefix("pubsub#").ok_or(Refused::Unknown)?;
        let (name, shape) = *FIELDS.iter().find(|(known, _)| *known == name).ok_or(Refused::Unknown)?;
        if let Shape::List = shape {
            return self.set_groups(values);
        }
        let value = match values {
            [] => "",
            [one] => one,
            _ => return Err(Refused::Value),
        };
        match shape {
            Shape::Text => self.set_text(name, value),
            Shape::Switch => {
                *self.switch(name).ok_or(Refused::Unknown)? = boolean(value).ok_or(Refused::Value)?;
                Ok(())
            }
            Shape::Choice(choices) if choices.contains(&value) => {
                self.choose(name, value);
                Ok(())
            }
            Shape::Choice(_) | Shape::List => Err(Refused::Value),
        }
    }

    /// Sets all fields of a form.
    ///
    /// # Errors
    /// At the first that cannot be set; the configuration is spoiled then.
    pub fn set_all(&mut self, form: &Form<'_>) -> Result<(), Refused> {
        for field in form.fields() {
            let values: Vec<_> = field.values().collect();
            let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
            self.set(&field.name(), &values)?;
        }
        Ok(())
    }

    /// How many items are kept where the service keeps `most` at most.
    pub fn kept(&self, most: usize) -> usize {
        self.max_items.map_or(most, |max| most.min(max as usize))
    }

    /// How long items are kept, in microseconds, for the store.
    pub(super) fn item_micros(&self) -> Value {
        self.item_expire_seconds.map_or(Value::Null, |seconds| (i64::from(seconds) * 1_000_000).into())
    }

    /// The text that is stored: a line for each value that differs from the default.
    pub fn encode(&self) -> String {
        let usual = Config::default();
        let mut text = String::new();
        for (name, _) in FIELDS {
            let values = self.values(name);
            if values != usual.values(name) {
                values.iter().for_each(|value| text.extend(["pubsub#", name, "=", value, "\n"]));
            }
        }
        text
    }

    /// Reads what [`Config::encode`] made. What is not understood any more keeps its default, but for
    /// who may see the node: then it is the owner alone.
    pub fn decode(text: &str) -> Config {
        let mut config = Config::default();
        let lines: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
        for fields in lines.chunk_by(|one, next| one.0 == next.0) {
            let values: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
            if config.set(fields[0].0, &values).is_err() {
                config.access = Access::Whitelist;
            }
        }
        config
    }

    /// Writes the form of the configuration, to be filled in or only to be seen (XEP-0060 §8.2.2).
    pub fn write(&self, w: &mut Writer, host: Host, form_type: &str) {
        w.open("x", ns::DATA_FORMS).attr("type", form_type);
        w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
        w.leaf("value", ns::DATA_FORMS, ns::PUBSUB_CONFIG).close();
        for (name, shape) in FIELDS.iter().filter(|(name, _)| host.has(name, "")) {
            let kind = match shape {
                Shape::Text => "text-single",
                Shape::Switch => "boolean",
                Shape::Choice(_) => "list-single",
                Shape::List => "text-multi",
            };
            w.open("field", ns::DATA_FORMS).attr("var", &format!("pubsub#{name}")).attr("type", kind);
            for value in self.values(name) {
                w.leaf("value", ns::DATA_FORMS, &value);
            }
            if let Shape::Choice(choices) = shape {
                for choice in choices.iter().filter(|choice| host.has(name, choice)) {
                    w.open("option", ns::DATA_FORMS).leaf("value", ns::DATA_FORMS, choice).close();
                }
            }
            w.close();
        }
        w.close();
    }

    fn values(&self, name: &str) -> Vec<String> {
        let switch = |on: bool| vec![if on { "1" } else { "0" }.to_owned()];
        let most = |most: Option<u32>| vec![most.map_or_else(|| "max".to_owned(), |most| most.to_string())];
        let text = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        match name {
            "title" => text(&self.title),
            "description" => text(&self.description),
            "type" => text(&self.payload),
            "access_model" => text(self.access.name()),
            "publish_model" => text(self.publish.name()),
            "roster_groups_allowed" => self.groups.iter().map(|group| group.clone().into_string()).collect(),
            "max_items" => most(self.max_items),
            "item_expire" => most(self.item_expire_seconds),
            "publish_node_full" => text(self.full.name()),
            "notification_type" => text(Kind::Message(self.notification).type_name().unwrap_or("normal")),
            "send_last_published_item" => text(self.send_last.name()),
            "persist_items" => switch(self.persist_items),
            "deliver_notifications" => switch(self.deliver_notifications),
            "deliver_payloads" => switch(self.deliver_payloads),
            "notify_retract" => switch(self.notify_retract),
            "notify_delete" => switch(self.notify_delete),
            "notify_config" => switch(self.notify_config),
            fixed => match FIELDS.iter().find(|(known, _)| *known == fixed) {
                Some((_, Shape::Choice(choices))) => text(choices[0]),
                _ => Vec::new(),
            },
        }
    }

    fn set_text(&mut self, name: &str, value: &str) -> Result<(), Refused> {
        if let "max_items" | "item_expire" = name {
            let most = match value {
                "max" => None,
                count => Some(count.parse().ok().filter(|count| *count > 0).ok_or(Refused::Value)?),
            };
            match name {
                "max_items" => self.max_items = most,
                _ => self.item_expire_seconds = most,
            }
            return Ok(());
        }
        let place = match name {
            "title" => &mut self.title,
            "description" => &mut self.description,
            _ => &mut self.payload,
        };
        *place = one_line(value)?;
        Ok(())
    }

    fn set_groups(&mut self, values: &[&str]) -> Result<(), Refused> {
        if values.len() > GROUPS_MAX {
            return Err(Refused::Value);
        }
        let mut groups: Vec<Box<str>> = values.iter().map(|value| one_line(value)).collect::<Result<_, _>>()?;
        groups.sort_unstable();
        groups.dedup();
        self.groups = groups;
        Ok(())
    }

    fn switch(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "persist_items" => &mut self.persist_items,
            "deliver_notifications" => &mut self.deliver_notifications,
            "deliver_payloads" => &mut self.deliver_payloads,
            "notify_retract" => &mut self.notify_retract,
            "notify_delete" => &mut self.notify_delete,
            "notify_config" => &mut self.notify_config,
            _ => return None,
        })
    }

    fn choose(&mut self, name: &str, value: &str) {
        match value {
            "publishers" => self.publish = Publish::Publishers,
            "subscribers" => self.publish = Publish::Subscribers,
            "open" if name == "publish_model" => self.publish = Publish::Open,
            "presence" => self.access = Access::Presence,
            "open" => self.access = Access::Open,
            "roster" => self.access = Access::Roster,
            "authorize" => self.access = Access::Authorize,
            "whitelist" => self.access = Access::Whitelist,
            "retract-oldest" => self.full = Full::RetractOldest,
            "reject" => self.full = Full::Reject,
            "headline" => self.notification = MessageType::Headline,
            "normal" => self.notification = MessageType::Normal,
            "never" => self.send_last = SendLast::Never,
            "on_sub" => self.send_last = SendLast::OnSub,
            "on_sub_and_presence" => self.send_last = SendLast::OnSubAndPresence,
            // What is the same for every node.
            _ => {}
        }
    }
}

/// A text that fits into a line of its own.
fn one_line(text: &str) -> Result<Box<str>, Refused> {
    let fits = text.len() <= TEXT_BYTES_MAX && !text.chars().any(char::is_control);
    if fits { Ok(text.into()) } else { Err(Refused::Value) }
}

impl Access {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Access::Presence => "presence",
            Access::Open => "open",
            Access::Roster => "roster",
            Access::Authorize => "authorize",
            Access::Whitelist => "whitelist",
        }
    }
}

impl Publish {
    fn name(self) -> &'static str {
        match self {
            Publish::Publishers => "publishers",
            Publish::Subscribers => "subscribers",
            Publish::Open => "open",
        }
    }
}

impl Full {
    fn name(self) -> &'static str {
        match self {
            Full::RetractOldest => "retract-oldest",
            Full::Reject => "reject",
        }
    }
}

impl SendLast {
    fn name(self) -> &'static str {
        match self {
            SendLast::Never => "never",
            SendLast::OnSub => "on_sub",
            SendLast::OnSubAndPresence => "on_sub_and_presence",
        }
    }
}

impl Refused {
    /// The error for a configuration that cannot be (XEP-0060 §8.2.5).
    pub fn error(self) -> StanzaError {
        StanzaError::new(Condition::NotAcceptable).text(match self {
            Refused::Unknown => "The configuration has a field that nodes do not have here.",
            Refused::Value => "The configuration has a value that its field does not take here.",
        })
    }
}

#[cfg(test)]
mod tests;
