//! Somebody at a room: a client, and what it sees of it.

use crate::client::{Client, Failure, Keychain, Login, Profile};
use crate::house::House;
use std::collections::{BTreeMap, HashMap};
use xmpp::scram::Hash;
use xmpp::{Element, Jid, Kind, MessageType, PresenceType, Stanza, ns};

/// The room they are at.
pub const ROOM: &str = "crowd@rooms.localhost";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// What every account answers.
const QUESTION: &str = "<ping xmlns='urn:xmpp:ping'/>";

/// What is seen of somebody in the room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    affiliation: String,
    role: String,
}

/// Messages heard without a gap, by their stanza ids.
#[derive(Default)]
struct Stay {
    /// What was said before, as it was told on entering.
    past: Vec<String>,
    /// What was said since.
    live: Vec<String>,
}

/// Somebody with one client.
pub struct Visitor {
    number: usize,
    client: Client,
    /// Their nickname, while they are in the room.
    nick: Option<String>,
    /// They asked to enter and were not answered yet.
    is_entering: bool,
    is_non_anonymous: bool,
    view: BTreeMap<String, (Seen, bool)>,
    stays: Vec<Stay>,
    said: usize,
    /// How often they entered.
    pub entered: usize,
    /// How often they were put out.
    pub put_out: usize,
}

impl Visitor {
    /// Logs somebody in.
    pub async fn arrive(house: &House, number: usize, keychain: &Keychain) -> Result<Visitor, String> {
        let client = log_in(house, number, keychain).await?;
        Ok(Visitor {
            number,
            client,
            nick: None,
            is_entering: false,
            is_non_anonymous: false,
            view: BTreeMap::new(),
            stays: Vec::new(),
            said: 0,
            entered: 0,
            put_out: 0,
        })
    }

    /// Their name, for sentences.
    pub fn name(&self) -> String {
        format!("person{}", self.number)
    }

    /// Whether they are in the room, as far as they know.
    pub fn is_inside(&self) -> bool {
        self.nick.is_some()
    }

    /// Who is there, as they see it.
    pub fn view(&self) -> BTreeMap<String, Seen> {
        self.view.iter().map(|(nick, (seen, _))| (nick.clone(), seen.clone())).collect()
    }

    /// How many messages they heard live.
    pub fn heard(&self) -> usize {
        self.stays.iter().map(|stay| stay.live.len()).sum()
    }

    /// The owner makes the room.
    pub async fn make_room(&mut self) -> Result<(), String> {
        self.enter("n0").await?;
        self.configure(&[("persistentroom", "1")]).await?;
        self.look().await
    }

    /// Asks to enter, unless they are in the room or about to be.
    pub async fn enter(&mut self, nick: &str) -> Result<(), String> {
        if self.is_entering || self.is_inside() {
            return Ok(());
        }
        self.is_entering = true;
        self.send(&format!("<presence to='{ROOM}/{nick}'><x xmlns='{}'/></presence>", ns::MUC)).await
    }

    /// Asks to be shown everything again.
    pub async fn enter_again(&mut self) -> Result<(), String> {
        let Some(nick) = self.nick.clone() else { return Ok(()) };
        self.is_entering = true;
        self.view.clear();
        let history = "<history maxchars='0'/>";
        self.send(&format!("<presence to='{ROOM}/{nick}'><x xmlns='{}'>{history}</x></presence>", ns::MUC)).await
    }

    /// Leaves the room.
    pub async fn go(&mut self) -> Result<(), String> {
        let Some(nick) = self.nick.clone() else { return Ok(()) };
        self.send(&format!("<presence to='{ROOM}/{nick}' type='unavailable'/>")).await
    }

    /// Says something, inside or not.
    pub async fn speak(&mut self) -> Result<(), String> {
        self.said += 1;
        let id = format!("{}-{}", self.number, self.said);
        self.send(&format!("<message to='{ROOM}' type='groupchat' id='{id}'><body>{id}</body></message>")).await
    }

    /// Wants another nickname.
    pub async fn rename(&mut self, nick: &str) -> Result<(), String> {
        if !self.is_inside() {
            return Ok(());
        }
        self.send(&format!("<presence to='{ROOM}/{nick}'/>")).await
    }

    /// Goes away, as far as presence says.
    pub async fn say_status(&mut self) -> Result<(), String> {
        let Some(nick) = self.nick.clone() else { return Ok(()) };
        self.send(&format!("<presence to='{ROOM}/{nick}'><show>away</show></presence>")).await
    }

    /// Changes lists or roles.
    pub async fn admin(&mut self, items: &str) -> Result<(), String> {
        let query = format!("<query xmlns='{}'>{items}</query>", ns::MUC_ADMIN);
        self.send(&format!("<iq to='{ROOM}' type='set' id='a'>{query}</iq>")).await
    }

    /// Changes the configuration.
    pub async fn configure(&mut self, fields: &[(&str, &str)]) -> Result<(), String> {
        let field =
            |(name, value): &(&str, &str)| format!("<field var='muc#roomconfig_{name}'><value>{value}</value></field>");
        let fields: String = fields.iter().map(field).collect();
        let form_type = format!("<field var='FORM_TYPE'><value>{}</value></field>", ns::MUC_CONFIG);
        let form = format!("<x xmlns='jabber:x:data' type='submit'>{form_type}{fields}</x>");
        self.send(&format!("<iq to='{ROOM}' type='set' id='c'><query xmlns='{}'>{form}</query></iq>", ns::MUC_OWNER))
            .await
    }

    /// Changes what the room is about.
    pub async fn change_subject(&mut self) -> Result<(), String> {
        self.said += 1;
        let subject = format!("<subject>{}</subject>", self.said);
        self.send(&format!("<message to='{ROOM}' type='groupchat'>{subject}</message>")).await
    }

    /// Their connection is lost, and they come back with another session.
    pub async fn lose_connection(&mut self, house: &House, keychain: &Keychain) -> Result<(), String> {
        drop(std::mem::replace(&mut self.client, log_in(house, self.number, keychain).await?));
        self.nick = None;
        self.is_entering = false;
        self.view.clear();
        Ok(())
    }

    /// Goes home.
    pub async fn leave(self) {
        // The storm is over; whatever the server says to it is of no interest.
        let _ = self.client.close().await;
    }

    /// Takes in what came.
    pub async fn look(&mut self) -> Result<(), String> {
        // Answered behind all that came before.
        self.client.ask("get", None, QUESTION).await.map_err(said)?;
        while let Some(stanza) = self.client.waiting() {
            self.take(&stanza)?;
        }
        Ok(())
    }

    fn take(&mut self, stanza: &Stanza) -> Result<(), String> {
        let Some(from) = stanza.from.as_ref().filter(|from| from.bare_str() == ROOM) else { return Ok(()) };
        match stanza.kind {
            Kind::Presence(PresenceType::Error) => {
                self.is_entering = false;
                Ok(())
            }
            Kind::Presence(kind) => self.see(kind, from, stanza),
            Kind::Message(MessageType::Groupchat) => self.hear(stanza),
            _ => Ok(()),
        }
    }

    fn see(&mut self, kind: PresenceType, from: &Jid, stanza: &Stanza) -> Result<(), String> {
        let Some(x) = stanza.child("x", ns::MUC_USER) else { return Err(format!("presence says nothing: {stanza:?}")) };
        let nick = from.resource().unwrap_or_default().to_owned();
        let codes = codes(&x);
        let is_own = codes.contains(&110);
        // XEP-0045 §7.2.18: whoever spoke too late is told so.
        if !self.is_inside() && !self.is_entering && !is_own {
            return Err(format!("{} is not in the room, and sees {stanza:?}", self.name()));
        }
        let item = x.child("item", ns::MUC_USER).ok_or_else(|| format!("presence without an item: {stanza:?}"))?;
        if kind == PresenceType::Unavailable {
            self.view.remove(&nick);
            if is_own && !codes.contains(&303) {
                self.put_out += usize::from(codes.iter().any(|code| matches!(code, 301 | 307 | 321 | 322)));
                self.nick = None;
                self.is_entering = false;
                self.view.clear();
            }
            return Ok(());
        }
        let word = |name: &str| item.attr(name).unwrap_or_default().into_owned();
        let seen = Seen { affiliation: word("affiliation"), role: word("role") };
        self.view.insert(nick.clone(), (seen, item.attr("jid").is_some()));
        if is_own {
            if self.is_entering {
                self.is_entering = false;
                self.entered += 1;
                self.is_non_anonymous = codes.contains(&100);
                self.stays.push(Stay::default());
            }
            self.nick = Some(nick);
        }
        Ok(())
    }

    fn hear(&mut self, stanza: &Stanza) -> Result<(), String> {
        if !self.is_inside() {
            return Err(format!("{} is not in the room, and hears {stanza:?}", self.name()));
        }
        let id = stanza.child("stanza-id", ns::STANZA_ID).and_then(|id| id.attr("id").map(|id| id.into_owned()));
        // The subject on entering and what the room says of its configuration are not in the archive.
        let (Some(id), Some(stay)) = (id, self.stays.last_mut()) else { return Ok(()) };
        if stanza.has("delay", ns::DELAY) {
            stay.past.push(id)
        } else {
            stay.live.push(id)
        }
        Ok(())
    }

    /// Every message was heard once, in the order of the archive, and none was missed between two.
    pub fn heard_in_order(&self, places: &HashMap<&str, usize>) -> Result<(), String> {
        for stay in &self.stays {
            let place = |id: &String| {
                places.get(id.as_str()).copied().ok_or_else(|| format!("{} heard {id}, which is not kept", self.name()))
            };
            let past: Vec<usize> = stay.past.iter().map(place).collect::<Result<_, _>>()?;
            let live: Vec<usize> = stay.live.iter().map(place).collect::<Result<_, _>>()?;
            let rises = past.iter().chain(&live).collect::<Vec<_>>().windows(2).all(|pair| pair[0] < pair[1]);
            let has_gaps = live.windows(2).any(|pair| pair[0] + 1 != pair[1]);
            if !rises || has_gaps {
                return Err(format!("{} heard {past:?} and then {live:?} of the archive", self.name()));
            }
        }
        Ok(())
    }

    /// Addresses are shown to moderators, or to everybody (XEP-0045 §7.2.4).
    pub fn sees_no_more_than_allowed(&self) -> Result<(), String> {
        let Some(own) = self.nick.as_ref().and_then(|nick| self.view.get(nick)) else { return Ok(()) };
        let may_see = self.is_non_anonymous || own.0.role == "moderator";
        let sees = self.view.iter().filter(|(nick, _)| Some(*nick) != self.nick.as_ref());
        match sees.clone().all(|(_, (_, has_address))| *has_address == may_see) {
            true => Ok(()),
            false => Err(format!("{} may see addresses: {may_see}, and sees {:?}", self.name(), self.view)),
        }
    }

    /// The ids of the room's archive, oldest first.
    pub async fn archive(&mut self) -> Result<Vec<String>, String> {
        let mut ids: Vec<String> = Vec::new();
        loop {
            let after = ids.last().map(|id| format!("<after>{id}</after>")).unwrap_or_default();
            let set = format!("<set xmlns='{}'><max>100</max>{after}</set>", ns::RSM);
            let query = format!("<query xmlns='{}'>{set}</query>", ns::MAM);
            let answer = self.client.ask("set", Some(ROOM), &query).await.map_err(said)?;
            while let Some(stanza) = self.client.waiting() {
                let id = stanza.child("result", ns::MAM).and_then(|result| result.attr("id").map(|id| id.into_owned()));
                ids.extend(id);
            }
            let fin = answer.child("fin", ns::MAM).ok_or("a page has no end")?;
            if fin.attr("complete").as_deref() == Some("true") {
                return Ok(ids);
            }
        }
    }

    async fn send(&mut self, stanza: &str) -> Result<(), String> {
        self.client.send(stanza).await.map_err(said)
    }
}

fn codes(x: &Element<'_>) -> Vec<u16> {
    let statuses = x.children().filter(|child| child.is("status", ns::MUC_USER));
    statuses.filter_map(|status| status.attr("code")?.parse().ok()).collect()
}

async fn log_in(house: &House, number: usize, keychain: &Keychain) -> Result<Client, String> {
    let user = format!("person{number}");
    let login =
        Login { user: &user, password: PASSWORD, resource: "", hash: Hash::Sha1, profile: Profile::Sasl, keychain };
    let mut client = Client::login(&house.target(), login).await.map_err(said)?;
    client.send("<presence/>").await.map_err(said)?;
    client.ask("get", None, QUESTION).await.map_err(said)?;
    while client.waiting().is_some() {}
    Ok(client)
}

fn said(failure: Failure) -> String {
    format!("{failure:?}")
}
