//! The configuration of a room (XEP-0045 §16.5.3): what may be set, and what it means.
//!
//! There is one way to change it, [`Config::set`]: the form and the stored text both go through it.

use super::role::Roles;
use xmpp::form::{self, FORM_TYPE, Form};
use xmpp::{Writer, ns};

/// Who is shown the addresses behind nicknames (§4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whois {
    /// Moderators alone: the room is semi-anonymous.
    Moderators,
    /// Everybody in the room: it is non-anonymous.
    Anyone,
}

/// Who may send private messages (§7.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub enum AllowPm {
    Anyone,
    Participants,
    Moderators,
    None,
}

/// The configuration of a room. The defaults suit a public service: nobody is shown who did not ask for
/// it, neither the room nor the people in it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XEP")]
pub struct Config {
    pub name: Box<str>,
    pub description: Box<str>,
    pub lang: Box<str>,
    pub is_persistent: bool,
    pub is_public: bool,
    pub is_members_only: bool,
    pub is_moderated: bool,
    pub allow_invites: bool,
    pub change_subject: bool,
    /// Messages are kept in the archive of the room (XEP-0313).
    pub is_archived: bool,
    pub is_password_protected: bool,
    pub secret: Box<str>,
    pub whois: Whois,
    pub allow_pm: AllowPm,
    /// The roles whose presence the others are shown (§7.2.2).
    pub presence_of: Roles,
    /// The roles that may read the lists of a room where addresses are no secret (§9.5).
    pub lists_for: Roles,
    /// Whoever has a nickname that is kept for them has no other (§7.2.2, §7.6).
    pub is_nick_locked: bool,
    /// The address of a node that belongs to the room (§16.5.3).
    pub pubsub: Box<str>,
    /// None for as many as the service lets in.
    pub occupants_max: Option<u32>,
    /// How many messages somebody who enters gets unless they ask for fewer.
    pub history: u32,
    /// How long people wait between two messages (XEP-0500 §5.1); 0 for no time.
    pub slow_mode_seconds: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            name: Box::default(),
            description: Box::default(),
            lang: Box::default(),
            is_persistent: false,
            is_public: false,
            is_members_only: false,
            is_moderated: false,
            allow_invites: false,
            change_subject: false,
            is_archived: true,
            is_password_protected: false,
            secret: Box::default(),
            whois: Whois::Moderators,
            allow_pm: AllowPm::Anyone,
            presence_of: Roles::ALL,
            lists_for: Roles::ALL,
            is_nick_locked: false,
            pubsub: Box::default(),
            occupants_max: None,
            history: 20,
            slow_mode_seconds: 0,
        }
    }
}

/// What a field takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Secret,
    Switch,
    Count,
    Choice(&'static [&'static str]),
    Roles,
}

const WHOIS: Shape = Shape::Choice(&["moderators", "anyone"]);
const ALLOW_PM: Shape = Shape::Choice(&["anyone", "participants", "moderators", "none"]);

/// XEP-0500 §5.1.
const SLOW_MODE: &str = "muc#roomconfig_slow_mode_duration";

/// Registered by nobody, so it begins as XEP-0068 §4 wants it.
const LOCK_NICKS: &str = "x-roomconfig_locknicks";

/// The fields, as they are named, and the words beside them.
const FIELDS: &[(&str, Shape, &str)] = &[
    ("muc#roomconfig_roomname", Shape::Text, "Name"),
    ("muc#roomconfig_roomdesc", Shape::Text, "Description"),
    ("muc#roomconfig_lang", Shape::Text, "Language"),
    ("muc#roomconfig_persistentroom", Shape::Switch, "Stays when everybody has left"),
    ("muc#roomconfig_publicroom", Shape::Switch, "Is shown in the list of rooms"),
    ("muc#roomconfig_membersonly", Shape::Switch, "Only members may enter"),
    ("muc#roomconfig_allowinvites", Shape::Switch, "Members may invite others"),
    ("muc#roomconfig_moderatedroom", Shape::Switch, "Only who is given voice may speak"),
    ("muc#roomconfig_changesubject", Shape::Switch, "Everybody who may speak may change the subject"),
    ("muc#roomconfig_allowpm", ALLOW_PM, "Who may send private messages"),
    ("muc#roomconfig_whois", WHOIS, "Who sees the addresses of occupants"),
    ("muc#roomconfig_presencebroadcast", Shape::Roles, "Whose presence the others see"),
    ("muc#roomconfig_getmemberlist", Shape::Roles, "Who may read the lists, if addresses are no secret"),
    (LOCK_NICKS, Shape::Switch, "Who has registered a nickname may use no other"),
    ("muc#roomconfig_enablelogging", Shape::Switch, "Messages are kept in the archive"),
    ("muc#roomconfig_passwordprotectedroom", Shape::Switch, "A password is needed to enter"),
    ("muc#roomconfig_roomsecret", Shape::Secret, "Password"),
    ("muc#roomconfig_pubsub", Shape::Text, "Address of a node that belongs to the room"),
    ("muc#roomconfig_maxusers", Shape::Count, "How many may be there at once"),
    ("muc#maxhistoryfetch", Shape::Count, "How many messages are shown to who enters"),
    (SLOW_MODE, Shape::Count, "How many seconds people wait between messages"),
];

/// A value that a field does not take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unfit;

impl Config {
    /// Whether everybody in the room is shown everybody's address.
    pub fn is_non_anonymous(&self) -> bool {
        self.whois == Whois::Anyone
    }

    /// Sets a field. One that is not known is passed over, as clients send back all they were ever shown.
    ///
    /// # Errors
    /// When it does not take the value.
    pub fn set(&mut self, field: &str, value: &str) -> Result<(), Unfit> {
        let Some((name, shape)) = known(field) else { return Ok(()) };
        match shape {
            Shape::Text | Shape::Secret => *self.text(name) = one_line(value)?,
            Shape::Switch => *self.switch(name) = form::boolean(value).ok_or(Unfit)?,
            Shape::Count => self.count(name, value)?,
            Shape::Roles => *self.roles(name) = Roles::parse(value).ok_or(Unfit)?,
            Shape::Choice(choices) if choices.contains(&value) => self.choose(name, value),
            Shape::Choice(_) => return Err(Unfit),
        }
        Ok(())
    }

    /// Sets all fields of a form, and sees to it that they fit together.
    ///
    /// # Errors
    /// When they do not; the configuration is spoiled then.
    pub fn set_all(&mut self, form: &Form<'_>) -> Result<(), Unfit> {
        for field in form.fields() {
            let Some((name, shape)) = known(&field.name()) else { continue };
            match (shape, field.value()) {
                (Shape::Roles, _) => self.set(name, &field.values().collect::<Vec<_>>().join(" "))?,
                (_, Some(value)) => self.set(name, &value)?,
                (Shape::Text, None) => self.set(name, "")?,
                // Nothing was said of it.
                (_, None) => {}
            }
        }
        // §10.1.3: a password that is none protects nothing.
        if self.is_password_protected && self.secret.is_empty() { Err(Unfit) } else { Ok(()) }
    }

    /// The longest of its texts, in bytes.
    pub fn longest_text(&self) -> usize {
        [&self.name, &self.description, &self.lang, &self.secret, &self.pubsub]
            .iter()
            .map(|text| text.len())
            .max()
            .unwrap_or(0)
    }

    /// The text that is stored: a line for each value that differs from the default.
    pub fn encode(&self) -> String {
        let usual = Config::default();
        let mut text = String::new();
        for (name, ..) in FIELDS {
            let value = self.value(name);
            if value != usual.value(name) {
                text.extend([name, "=", &value, "\n"]);
            }
        }
        text
    }

    /// Reads what [`Config::encode`] made. What is not understood any more keeps its default.
    pub fn decode(text: &str) -> Config {
        let mut config = Config::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            // A value that was taken once and is not any more is as good as none.
            let _ = config.set(name, value);
        }
        config
    }

    /// Writes the fields of the form to be filled in (§10.1.3); the caller has opened it, and closes it.
    pub fn write_fields(&self, w: &mut Writer) {
        for (name, shape, label) in FIELDS {
            let kind = match shape {
                Shape::Text | Shape::Count => "text-single",
                Shape::Secret => "text-private",
                Shape::Switch => "boolean",
                Shape::Choice(_) => "list-single",
                Shape::Roles => "list-multi",
            };
            w.open("field", ns::DATA_FORMS).attr("var", name).attr("type", kind).attr("label", label);
            if *name == SLOW_MODE {
                w.open("validate", ns::FORM_VALIDATION).attr("datatype", "xs:integer");
                w.open("range", ns::FORM_VALIDATION).attr("min", "0").close().close();
            }
            let value = self.value(name);
            let (values, choices) = match shape {
                Shape::Roles => (value.split_whitespace().collect(), Roles::ALL.names().collect()),
                Shape::Choice(choices) => (vec![value.as_str()], choices.to_vec()),
                _ => (vec![value.as_str()], Vec::new()),
            };
            for value in values {
                w.leaf("value", ns::DATA_FORMS, value);
            }
            for choice in choices {
                w.open("option", ns::DATA_FORMS).leaf("value", ns::DATA_FORMS, choice).close();
            }
            w.close();
        }
    }

    fn value(&self, name: &str) -> String {
        let switch = |on: bool| if on { "1" } else { "0" }.to_owned();
        match name {
            "muc#roomconfig_roomname" => self.name.to_string(),
            "muc#roomconfig_roomdesc" => self.description.to_string(),
            "muc#roomconfig_lang" => self.lang.to_string(),
            "muc#roomconfig_roomsecret" => self.secret.to_string(),
            "muc#roomconfig_pubsub" => self.pubsub.to_string(),
            "muc#roomconfig_presencebroadcast" => self.presence_of.names().collect::<Vec<_>>().join(" "),
            "muc#roomconfig_getmemberlist" => self.lists_for.names().collect::<Vec<_>>().join(" "),
            LOCK_NICKS => switch(self.is_nick_locked),
            "muc#roomconfig_allowpm" => allow_pm(self.allow_pm).to_owned(),
            "muc#roomconfig_whois" => if self.is_non_anonymous() { "anyone" } else { "moderators" }.to_owned(),
            "muc#roomconfig_maxusers" => self.occupants_max.map(|max| max.to_string()).unwrap_or_default(),
            "muc#maxhistoryfetch" => self.history.to_string(),
            SLOW_MODE => self.slow_mode_seconds.to_string(),
            "muc#roomconfig_persistentroom" => switch(self.is_persistent),
            "muc#roomconfig_publicroom" => switch(self.is_public),
            "muc#roomconfig_membersonly" => switch(self.is_members_only),
            "muc#roomconfig_allowinvites" => switch(self.allow_invites),
            "muc#roomconfig_moderatedroom" => switch(self.is_moderated),
            "muc#roomconfig_changesubject" => switch(self.change_subject),
            "muc#roomconfig_enablelogging" => switch(self.is_archived),
            _ => switch(self.is_password_protected),
        }
    }

    fn text(&mut self, name: &str) -> &mut Box<str> {
        match name {
            "muc#roomconfig_roomname" => &mut self.name,
            "muc#roomconfig_roomdesc" => &mut self.description,
            "muc#roomconfig_lang" => &mut self.lang,
            "muc#roomconfig_pubsub" => &mut self.pubsub,
            _ => &mut self.secret,
        }
    }

    fn switch(&mut self, name: &str) -> &mut bool {
        match name {
            "muc#roomconfig_persistentroom" => &mut self.is_persistent,
            "muc#roomconfig_publicroom" => &mut self.is_public,
            "muc#roomconfig_membersonly" => &mut self.is_members_only,
            "muc#roomconfig_allowinvites" => &mut self.allow_invites,
            "muc#roomconfig_moderatedroom" => &mut self.is_moderated,
            "muc#roomconfig_changesubject" => &mut self.change_subject,
            "muc#roomconfig_enablelogging" => &mut self.is_archived,
            LOCK_NICKS => &mut self.is_nick_locked,
            _ => &mut self.is_password_protected,
        }
    }

    fn roles(&mut self, name: &str) -> &mut Roles {
        match name {
            "muc#roomconfig_presencebroadcast" => &mut self.presence_of,
            _ => &mut self.lists_for,
        }
    }

    fn count(&mut self, name: &str, value: &str) -> Result<(), Unfit> {
        let count = || value.parse().map_err(|_| Unfit);
        match name {
            "muc#roomconfig_maxusers" => {
                self.occupants_max = if matches!(value, "" | "none") { None } else { Some(count()?) }
            }
            SLOW_MODE => self.slow_mode_seconds = count()?,
            _ => self.history = count()?,
        }
        Ok(())
    }

    fn choose(&mut self, name: &str, value: &str) {
        match (name, value) {
            ("muc#roomconfig_whois", "anyone") => self.whois = Whois::Anyone,
            ("muc#roomconfig_whois", _) => self.whois = Whois::Moderators,
            (_, "participants") => self.allow_pm = AllowPm::Participants,
            (_, "moderators") => self.allow_pm = AllowPm::Moderators,
            (_, "none") => self.allow_pm = AllowPm::None,
            _ => self.allow_pm = AllowPm::Anyone,
        }
    }
}

/// The field of that name, if there is one.
fn known(field: &str) -> Option<(&'static str, Shape)> {
    FIELDS.iter().find(|(name, ..)| *name == field).map(|(name, shape, _)| (*name, *shape))
}

/// Opens the form (§10.1.3).
pub fn open_form(w: &mut Writer) {
    w.open("x", ns::DATA_FORMS).attr("type", "form");
    w.leaf("title", ns::DATA_FORMS, "Configuration of the room");
    w.open("field", ns::DATA_FORMS).attr("var", FORM_TYPE).attr("type", "hidden");
    w.leaf("value", ns::DATA_FORMS, ns::MUC_CONFIG).close();
}

/// Who may send private messages, as a word of the XEP.
fn allow_pm(who: AllowPm) -> &'static str {
    match who {
        AllowPm::Anyone => "anyone",
        AllowPm::Participants => "participants",
        AllowPm::Moderators => "moderators",
        AllowPm::None => "none",
    }
}

/// The stored text has a line for each value.
fn one_line(value: &str) -> Result<Box<str>, Unfit> {
    match value.contains(['\n', '\r']) {
        true => Err(Unfit),
        false => Ok(value.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read_back() {
        let mut config = Config::default();
        assert_eq!(config.encode(), "");
        for (field, value) in [
            ("muc#roomconfig_roomname", "A = B"),
            ("muc#roomconfig_membersonly", "true"),
            ("muc#roomconfig_whois", "anyone"),
            ("muc#roomconfig_allowpm", "moderators"),
            ("muc#roomconfig_maxusers", "20"),
            ("muc#maxhistoryfetch", "0"),
            ("muc#roomconfig_presencebroadcast", "moderator visitor"),
            ("muc#roomconfig_getmemberlist", ""),
            ("x-roomconfig_locknicks", "1"),
        ] {
            config.set(field, value).unwrap();
        }
        assert_eq!(Config::decode(&config.encode()), config);
        assert_eq!(config.set("muc#roomconfig_whois", "nobody"), Err(Unfit));
        assert_eq!(config.set("muc#roomconfig_presencebroadcast", "moderator none"), Err(Unfit));
        assert_eq!(config.set("muc#roomconfig_unheard_of", "x"), Ok(()));
    }
}
