//! Rooms.

use super::super::lack::{Found, Lack, must, must_have};
use super::super::peer::{Peer, says};
use super::super::stage::{Stage, unique};
use xmpp::{Kind, PresenceType, Stanza, ns};

const MUC: &str = "http://jabber.org/protocol/muc";
const MUC_OWNER: &str = "http://jabber.org/protocol/muc#owner";
const SELF_PING_OPTIMIZATION: &str = "http://jabber.org/protocol/muc#self-ping-optimization";

/// A room with two people in it.
struct Room {
    jid: String,
    alice: Peer,
    bob: Peer,
}

impl Room {
    /// Makes one, as it comes (XEP-0045 §10.1.2).
    async fn made(stage: &Stage) -> Result<Room, Lack> {
        let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
        let (service, _) = stage.service(&mut alice, "conference", MUC).await?;
        let jid = format!("{}@{service}", unique("check"));
        join(&mut alice, &jid, "Alice").await?;
        let instant = format!("<query xmlns='{MUC_OWNER}'><x xmlns='jabber:x:data' type='submit'/></query>");
        alice.ask("set", Some(&jid), &instant).await?;
        join(&mut bob, &jid, "Bob").await?;
        Ok(Room { jid, alice, bob })
    }

    /// Alice speaks, Bob hears.
    async fn spoken(&mut self) -> Result<String, Lack> {
        let body = unique("spoken");
        let message = format!("<message to='{}' type='groupchat' id='{body}'><body>{body}</body></message>", self.jid);
        self.alice.send(&message).await?;
        let heard = self.bob.until("what was said in the room", |stanza| says(stanza, &body)).await?;
        let from = heard.from.as_ref().map_or("nobody", |from| from.as_str());
        must(from == format!("{}/Alice", self.jid), format!("what Alice said comes as from {from}"))?;
        Ok(body)
    }

    /// XEP-0045 §10.9.
    async fn closed(mut self) -> Result<(), Lack> {
        let destroy = format!("<query xmlns='{MUC_OWNER}'><destroy/></query>");
        self.alice.ask("set", Some(&self.jid), &destroy).await.map(drop)
    }
}

/// XEP-0045 §7.2: one is in when the own presence comes back.
async fn join(peer: &mut Peer, room: &str, nickname: &str) -> Result<(), Lack> {
    let occupant = format!("{room}/{nickname}");
    peer.send(&format!("<presence to='{occupant}'><x xmlns='{MUC}'/></presence>")).await?;
    // A refusal may come from the room itself, which may have presence of its own as well (XEP-0486).
    let is_own = |stanza: &Stanza| match (stanza.kind, &stanza.from) {
        (Kind::Presence(PresenceType::Available), Some(from)) => from.as_str() == occupant,
        (Kind::Presence(PresenceType::Error), Some(from)) => from.bare_str() == room,
        _ => false,
    };
    let own = peer.until("the own presence in the room", is_own).await?;
    must(!own.kind.is_error(), format!("nobody gets in: {}", own.inner_str()))?;
    let has_status = own.child("x", ns::MUC_USER).is_some_and(|x| x.raw().contains("code='110'"));
    must(has_status, "the own presence does not have the status 110")
}

/// XEP-0045 §7, §10.
pub async fn rooms(stage: &Stage) -> Found {
    let mut room = Room::made(stage).await?;
    room.spoken().await?;
    let jid = room.jid.clone();
    room.closed().await?;
    Ok(format!("{jid} was made, two joined, one spoke and the other heard it; then it was closed"))
}

/// XEP-0249 §2: a service has to let it pass.
pub async fn invitations(stage: &Stage) -> Found {
    let (mut alice, mut bob) = (stage.alice().await?, stage.bob().await?);
    let (service, _) = stage.service(&mut alice, "conference", MUC).await?;
    bob.come_online().await?;
    let room = format!("{}@{service}", unique("check"));
    let invitation = format!("<x xmlns='{}' jid='{room}'/>", ns::DIRECT_INVITE);
    alice.send(&format!("<message to='{}'>{invitation}</message>", stage.bob.jid)).await?;
    let is_invitation = |stanza: &Stanza| {
        let invited = stanza.child("x", ns::DIRECT_INVITE).and_then(|x| x.attr("jid").map(|jid| jid == room));
        invited == Some(true)
    };
    bob.until("the invitation", is_invitation).await?;
    Ok("an invitation to a room of the service arrived".to_owned())
}

/// XEP-0313 §4 in a room.
pub async fn archive(stage: &Stage) -> Found {
    let mut room = Room::made(stage).await?;
    let outcome = archived(&mut room).await;
    room.closed().await?;
    outcome.map(|()| "the room's archive has what was said in it".to_owned())
}

async fn archived(room: &mut Room) -> Result<(), Lack> {
    must_have(&room.bob.info(&room.jid).await?, "the room", ns::MAM)?;
    let body = room.spoken().await?;
    let query = format!("<query xmlns='{}'><set xmlns='{}'><max>5</max><before/></set></query>", ns::MAM, ns::RSM);
    let jid = room.jid.clone();
    room.bob.ask("set", Some(&jid), &query).await?;
    let is_result = |stanza: &Stanza| {
        stanza.child("result", ns::MAM).is_some_and(|result| result.raw().contains(&format!(">{body}<")))
    };
    room.bob.until("what was said, from the room's archive", is_result).await.map(drop)
}

/// XEP-0410 §3.
pub async fn self_ping(stage: &Stage) -> Found {
    let mut room = Room::made(stage).await?;
    let (own, other) = (format!("{}/Bob", room.jid), format!("{}/Nobody", room.jid));
    let ping = format!("<ping xmlns='{}'/>", ns::PING);
    let pinged = room.bob.ask("get", Some(&own), &ping).await;
    let info = room.bob.info(&room.jid.clone()).await;
    let absent = room.bob.ask_refused("get", Some(&other), &ping).await;
    room.closed().await?;
    pinged?;
    absent?;
    must_have(&info?, "the room", SELF_PING_OPTIMIZATION)?;
    Ok("the room answers for an occupant itself, and refuses a ping to nobody".to_owned())
}
