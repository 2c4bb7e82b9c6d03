//! One client in a room: it says numbered things to everybody, notes which are acknowledged, and in which order
//! it hears what all say.

use crate::talker::Talker;
use std::time::Duration;
use testkit::client::{Failure, Target};
use tokio::time::interval;
use xmpp::{Stanza, ns};

/// The room in which all are.
pub const ROOM: &str = "crash@rooms.localhost";
/// How often each says something, unless too much is unacknowledged.
const PACE_MILLIS: u64 = 5;

/// What one occupant knows, over all its connections.
pub struct Occupant {
    /// What it says, and what of it was acknowledged.
    pub talker: Talker,
    /// The archive ids of what it heard, for each time that it was in the room.
    pub heard: Vec<Vec<String>>,
}

impl Occupant {
    /// An occupant that has not been there yet.
    pub fn new(number: u32) -> Occupant {
        Occupant { talker: Talker::new(number), heard: Vec::new() }
    }

    /// Makes the room, so that it stays when everybody is gone.
    ///
    /// # Errors
    /// When the server does not let it.
    pub async fn make_room(&self, target: &Target) -> Result<(), Failure> {
        let mut client = self.talker.log_in(target).await?;
        client.send(&self.entry()).await?;
        let form = format!(
            "<query xmlns='{}'><x xmlns='{}' type='submit'><field var='FORM_TYPE'><value>{}</value></field>\
             <field var='muc#roomconfig_persistentroom'><value>1</value></field></x></query>",
            ns::MUC_OWNER,
            ns::DATA_FORMS,
            ns::MUC_CONFIG
        );
        client.ask("set", Some(ROOM), &form).await?;
        client.close().await
    }

    fn entry(&self) -> String {
        let nick = self.talker.user();
        format!("<presence to='{ROOM}/{nick}'><x xmlns='{}'><history maxstanzas='0'/></x></presence>", ns::MUC)
    }

    /// Enters and talks until the connection breaks, as it will.
    ///
    /// # Errors
    /// When the server says something that it must not.
    pub async fn talk(mut self, target: Target) -> Result<Occupant, String> {
        let Ok(mut client) = self.talker.log_in(&target).await else { return Ok(self) };
        if client.enable_acks().await.is_err() || client.send(&self.entry()).await.is_err() {
            return Ok(self);
        }
        let mut heard = Vec::new();
        let mut waiting = Vec::new();
        let mut pace = interval(Duration::from_millis(PACE_MILLIS));
        loop {
            self.talker.note_acknowledged(&client, &mut waiting);
            tokio::select! {
                stanza = client.receive() => match stanza {
                    Ok(stanza) => heard.extend(self.hear(&stanza)?),
                    Err(_) => break,
                },
                _ = pace.tick() => {
                    if self.talker.say(&mut client, &mut waiting, ("groupchat", ROOM)).await.is_err() {
                        break;
                    }
                }
            }
        }
        self.talker.note_acknowledged(&client, &mut waiting);
        self.heard.push(heard);
        Ok(self)
    }

    /// The archive id of something that was said.
    fn hear(&self, stanza: &Stanza) -> Result<Option<String>, String> {
        if stanza.kind.is_error() {
            return Err(format!("{} got an error in the room: {stanza:?}", self.talker.user()));
        }
        if stanza.kind.name() != "message" || !stanza.has("body", ns::CLIENT) {
            return Ok(None);
        }
        let id = stanza.child("stanza-id", ns::STANZA_ID).and_then(|id| id.attr("id").map(|id| id.into_owned()));
        id.map(Some).ok_or_else(|| format!("{} heard something without its archive id", self.talker.user()))
    }
}
