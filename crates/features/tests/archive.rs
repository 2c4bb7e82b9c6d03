//! The archive on a real store: keeping, paging in every direction, ids, preferences (XEP-0313,
//! XEP-0441).

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use bytes::Bytes;
use features::archive::{self, Preferences};
use features::memory::{Account, Session, SessionId};
use features::order;
use features::service::{Secrets, Service};
use features::turn::{Asker, Effect, Outbox, Turn};
use std::sync::Arc;
use store::{Options, Store};
use xmpp::{Element, IqType, Jid, Kind, Stanza, ns};

const DAY: i64 = 86_400_000_000;
/// Midnight of a day in 2025.
const START: i64 = 20_000 * DAY;

struct Bench {
    store: Store,
    service: Service,
    account: Account,
    now: i64,
    _dir: tempfile::TempDir,
}

fn jid(text: &str) -> Jid {
    Jid::parse(text).unwrap()
}

impl Bench {
    fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { period_days: 1, ..Options::default() };
        let store = Store::open(dir.path(), &options, &features::all::tables()).unwrap();
        let service = Service {
            archive_default: archive::Default::Always,
            archive_days: 30,
            ..Service::new(
                jid("example.org"),
                Secrets { archive_ids: [7; 16], decoy: Bytes::new(), dialback: Bytes::new() },
            )
        };
        let account = Account {
            jid: jid("juliet@example.org"),
            id: 1,
            contacts: features::roster::Contacts::default(),
            offline: features::offline::Waiting::default(),
            push: Vec::new(),
            archive: Preferences::new(archive::Default::Always),
            nodes: features::pubsub::Nodes::default(),
            avatar: features::avatars::Avatar::default(),
            devices: features::caps::Devices::default(),
            blocked: features::blocking::Blocklist::default(),
            agreed: 0,
            seldom: None,
            sessions: [Session::new(SessionId(1), jid("juliet@example.org/balcony"), None)].into_iter().collect(),
        };
        Bench { store, service, account, now: START, _dir: dir }
    }

    fn turn(&mut self, run: impl FnOnce(&mut Turn<'_>)) -> Outbox {
        let mut out = Outbox::default();
        run(&mut Turn { me: &mut self.account, service: &self.service, now: self.now, out: &mut out });
        out
    }

    /// A message arrives; returns its archive number if it was kept.
    async fn receive(&mut self, message: &str) -> Option<u64> {
        let stanza = Arc::new(Stanza::read(message).unwrap());
        let out = self.turn(|turn| order::incoming(turn, stanza, &jid("juliet@example.org")));
        self.store.commit(out.writes.into_vec()).await.unwrap().numbers.first().copied()
    }

    /// The own session sends a message; returns its archive number if it was kept.
    async fn send(&mut self, message: &str) -> Option<u64> {
        let stanza = Stanza::read(message).unwrap().with_from(Some(jid("juliet@example.org/balcony")));
        let out = self.turn(|turn| order::outgoing(turn, SessionId(1), std::sync::Arc::new(stanza)));
        self.store.commit(out.writes.into_vec()).await.unwrap().numbers.first().copied()
    }

    /// One message a day for `days` days, bodies `1`, `2`…; returns their ids.
    async fn fill(&mut self, days: i64) -> Vec<String> {
        let mut ids = Vec::new();
        for day in 0..days {
            self.now = START + day * DAY;
            let from = if day % 2 == 0 { "romeo@example.net/orchard" } else { "nurse@example.org/kitchen" };
            let message = format!("<message type='chat' from='{from}'><body>{}</body></message>", day + 1);
            let number = self.receive(&message).await.unwrap();
            ids.push(archive::Id { archive: 1, number }.encode(&self.service.secrets));
        }
        ids
    }

    /// Asks as the own session; returns the stanzas that answer.
    async fn ask(&mut self, iq_type: IqType, payload: &str) -> Vec<Stanza> {
        let stanza = Stanza::new(Kind::Iq(iq_type))
            .with_id(Some("q1".into()))
            .with_from(Some(jid("juliet@example.org/balcony")))
            .with_inner(Bytes::copy_from_slice(payload.as_bytes()));
        let out = self.turn(|turn| order::outgoing(turn, SessionId(1), std::sync::Arc::new(stanza)));
        self.store.commit(out.writes.into_vec()).await.unwrap();
        let mut answers = Vec::new();
        for effect in out.effects {
            match effect {
                Effect::Deliver { delivery, .. } => answers.push(delivery.stanza.as_ref().clone()),
                Effect::Read { asker, query } => {
                    assert_eq!(asker, Asker::Session(SessionId(1)));
                    answers.extend(query.run(&self.store).await.unwrap().stanzas);
                }
                _ => panic!("a question has an answer and nothing else"),
            }
        }
        answers
    }

    async fn query(&mut self, fields: &str, rest: &str) -> Answer {
        let payload = format!(
            "<query xmlns='urn:xmpp:mam:2' queryid='f27'><x xmlns='jabber:x:data' type='submit'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>{fields}</x>{rest}</query>"
        );
        Answer::read(&self.ask(IqType::Set, &payload).await)
    }

    async fn page(&mut self, set: &str) -> Answer {
        self.query("", &format!("<set xmlns='http://jabber.org/protocol/rsm'>{set}</set>")).await
    }
}

fn field(name: &str, value: &str) -> String {
    format!("<field var='{name}'><value>{value}</value></field>")
}

/// What came back: the bodies in order, `complete`, and the edges of the page; or an error.
#[derive(Debug, PartialEq, Eq, Default)]
struct Answer {
    bodies: Vec<String>,
    complete: bool,
    edges: Option<(String, String)>,
    error: Option<String>,
}

impl Answer {
    fn read(stanzas: &[Stanza]) -> Answer {
        let (last, results) = stanzas.split_last().unwrap();
        assert_eq!(last.id.as_ref().unwrap().as_str(), "q1");
        if let Some(error) = last.child("error", ns::CLIENT) {
            assert!(results.is_empty());
            let condition = error.children().next().unwrap().name().to_owned();
            return Answer { error: Some(condition), ..Answer::default() };
        }
        let fin = last.child("fin", ns::MAM).unwrap();
        let set = fin.child("set", ns::RSM).unwrap();
        let edge = |name: &str| set.child(name, ns::RSM).map(|edge| edge.text().into_owned());
        Answer {
            bodies: results.iter().map(body).collect(),
            complete: fin.attr("complete").as_deref() == Some("true"),
            edges: edge("first").zip(edge("last")),
            error: None,
        }
    }

    fn error(condition: &str) -> Answer {
        Answer { error: Some(condition.into()), ..Answer::default() }
    }
}

fn forwarded(stanza: &Stanza) -> Element<'_> {
    let result = stanza.child("result", ns::MAM).unwrap();
    assert_eq!(result.attr("queryid").unwrap(), "f27");
    result.child("forwarded", ns::FORWARD).unwrap()
}

fn body(stanza: &Stanza) -> String {
    let message = forwarded(stanza).child("message", ns::CLIENT).unwrap();
    message.child("body", ns::CLIENT).unwrap().text().into_owned()
}

#[tokio::test]
async fn a_result_is_the_original_in_an_envelope_from_the_account() {
    let mut bench = Bench::new();
    bench.now = START + 1;
    let message = "<message type='chat' id='x1' from='romeo@example.net/orchard'><body>Call me &amp; love</body>\
                   <origin-id xmlns='urn:xmpp:sid:0' id='o'/>\
                   <stanza-id xmlns='urn:xmpp:sid:0' by='juliet@example.org' id='forged'/></message>";
    let number = bench.receive(message).await.unwrap();
    let stanzas = bench.ask(IqType::Set, "<query xmlns='urn:xmpp:mam:2' queryid='f27'/>").await;
    let result = &stanzas[0];
    assert_eq!(result.from, Some(jid("juliet@example.org")));
    assert_eq!(result.to, Some(jid("juliet@example.org/balcony")));
    let id = archive::Id { archive: 1, number }.encode(&bench.service.secrets);
    assert_eq!(
        result.inner_str(),
        format!(
            "<result xmlns='urn:xmpp:mam:2' queryid='f27' id='{id}'><forwarded xmlns='urn:xmpp:forward:0'>\
             <delay xmlns='urn:xmpp:delay' stamp='2024-10-04T00:00:00.000001Z'/>\
             <message xmlns='jabber:client' from='romeo@example.net/orchard' to='juliet@example.org' id='x1' \
             type='chat'><body>Call me &amp; love</body><origin-id xmlns='urn:xmpp:sid:0' id='o'/></message>\
             </forwarded></result>"
        )
    );
    let stamp = archive::stamp(&bench.service, &bench.account.jid, 1, number);
    assert_eq!(stamp, format!("<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@example.org' id='{id}'/>"));
}

#[tokio::test]
async fn an_empty_archive_is_no_error() {
    let mut bench = Bench::new();
    let nothing = Answer { complete: true, ..Answer::default() };
    assert_eq!(bench.page("").await, nothing);
    assert_eq!(bench.page("<before/>").await, nothing);
    assert_eq!(bench.query(&field("start", "2010-06-07T00:00:00Z"), "").await, nothing);
    let metadata = bench.ask(IqType::Get, "<metadata xmlns='urn:xmpp:mam:2'/>").await;
    assert_eq!(metadata[0].inner_str(), "<metadata xmlns='urn:xmpp:mam:2'/>");
    assert_eq!(archive::extent(&bench.store, &bench.service, 1, bench.now).await, Ok(None));
}

#[tokio::test]
async fn pages_forwards_and_backwards_meet_without_gaps() {
    let mut bench = Bench::new();
    let ids = bench.fill(7).await;
    let mut seen = Vec::new();
    let mut answer = bench.page("<max>3</max>").await;
    loop {
        seen.extend(answer.bodies);
        if answer.complete {
            break;
        }
        let last = answer.edges.unwrap().1;
        answer = bench.page(&format!("<max>3</max><after>{last}</after>")).await;
    }
    assert_eq!(seen, ["1", "2", "3", "4", "5", "6", "7"]);

    let mut answer = bench.page("<max>3</max><before/>").await;
    assert_eq!(answer.edges, Some((ids[4].clone(), ids[6].clone())));
    let mut seen: Vec<Vec<String>> = Vec::new();
    loop {
        let first = answer.edges.clone().unwrap().0;
        seen.insert(0, answer.bodies);
        if answer.complete {
            break;
        }
        answer = bench.page(&format!("<max>3</max><before>{first}</before>")).await;
    }
    assert_eq!(seen.concat(), ["1", "2", "3", "4", "5", "6", "7"]);
    // Behind the last there is nothing, which is an answer.
    let behind = bench.page(&format!("<after>{}</after>", ids[6])).await;
    assert_eq!(behind, Answer { complete: true, ..Answer::default() });
    let none = bench.page("<max>0</max>").await;
    assert_eq!(none, Answer::default());
}

#[tokio::test]
async fn a_flipped_page_is_the_same_page_sent_from_its_end() {
    let mut bench = Bench::new();
    let ids = bench.fill(4).await;
    let set = format!("<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>{}</after></set>", ids[0]);
    let straight = bench.query("", &set).await;
    let flipped = bench.query("", &format!("{set}<flip-page/>")).await;
    assert_eq!(straight.bodies, ["2", "3"]);
    assert_eq!(flipped.bodies, ["3", "2"]);
    assert_eq!(flipped.edges, straight.edges);
}

#[tokio::test]
async fn filters_by_time_peer_and_id() {
    let mut bench = Bench::new();
    let ids = bench.fill(6).await;
    let bodies = |answer: Answer| answer.bodies;
    let at = |day: i64| xmpp::time::write(START + day * DAY);
    // Both bounds are inclusive (XEP-0313 §4.1.2).
    let between = field("start", &at(1)) + &field("end", &at(3));
    assert_eq!(bodies(bench.query(&between, "").await), ["2", "3", "4"]);
    assert_eq!(bodies(bench.query(&field("with", "romeo@example.net"), "").await), ["1", "3", "5"]);
    assert_eq!(bodies(bench.query(&field("with", "romeo@example.net/orchard"), "").await), ["1", "3", "5"]);
    assert!(bodies(bench.query(&field("with", "romeo@example.net/tomb"), "").await).is_empty());
    let inside = field("after-id", &ids[1]) + &field("before-id", &ids[4]);
    assert_eq!(bodies(bench.query(&inside, "").await), ["3", "4"]);
    let both = format!("<field var='ids'><value>{}</value><value>{}</value></field>", ids[5], ids[0]);
    assert_eq!(bodies(bench.query(&both, "").await), ["1", "6"]);
    assert_eq!(bodies(bench.query("<field var='with'/>", "").await).len(), 6);
    assert_eq!(bodies(bench.query(&field("include-groupchat", "false"), "").await).len(), 6);
    // Everything at once, from the end.
    let last = "<set xmlns='http://jabber.org/protocol/rsm'><max>1</max><before/></set>";
    let narrow = between + &field("with", "nurse@example.org");
    assert_eq!(bodies(bench.query(&narrow, last).await), ["4"]);
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_with_the_right_condition() {
    let mut bench = Bench::new();
    let ids = bench.fill(1).await;
    let foreign = archive::Id { archive: 2, number: 5 }.encode(&bench.service.secrets);
    let never = archive::Id { archive: 1, number: 5 }.encode(&bench.service.secrets);
    for id in ["28482-98726-73623", &foreign, &never] {
        let not_found = Answer::error("item-not-found");
        for name in ["before-id", "after-id", "ids"] {
            assert_eq!(bench.query(&field(name, id), "").await, not_found, "{name} {id}");
        }
        assert_eq!(bench.page(&format!("<after>{id}</after>")).await, not_found);
        assert_eq!(bench.page(&format!("<before>{id}</before>")).await, not_found);
    }
    assert_eq!(bench.query(&field("with", "a@b/"), "").await.error.is_some(), Jid::parse("a@b/").is_err());
    assert_eq!(bench.query(&field("start", "yesterday"), "").await, Answer::error("bad-request"));
    assert_eq!(bench.query(&field("colour", "red"), "").await, Answer::error("feature-not-implemented"));
    let many: String = (0..101).map(|_| format!("<value>{}</value>", ids[0])).collect();
    let many = format!("<field var='ids'>{many}</field>");
    assert_eq!(bench.query(&many, "").await, Answer::error("not-acceptable"));
    let node = bench.ask(IqType::Set, "<query xmlns='urn:xmpp:mam:2' node='n'/>").await;
    assert_eq!(Answer::read(&node), Answer::error("item-not-found"));
}

#[tokio::test]
async fn what_is_past_the_retention_is_not_shown_even_if_it_is_still_on_disk() {
    let mut bench = Bench::new();
    let ids = bench.fill(5).await;
    // The third message is exactly 30 days old.
    bench.now = START + 32 * DAY;
    assert_eq!(bench.page("").await.bodies, ["3", "4", "5"]);
    assert_eq!(bench.page(&format!("<after>{}</after>", ids[1])).await, Answer::error("item-not-found"));
    let (first, last) = archive::extent(&bench.store, &bench.service, 1, bench.now).await.unwrap().unwrap();
    assert_eq!((first.0.as_str(), last.0.as_str()), (ids[2].as_str(), ids[4].as_str()));
    let metadata = bench.ask(IqType::Get, "<metadata xmlns='urn:xmpp:mam:2'/>").await;
    let metadata = metadata[0].child("metadata", ns::MAM).unwrap();
    let start = metadata.child("start", ns::MAM).unwrap();
    assert_eq!(start.attr("id").unwrap(), ids[2]);
    assert_eq!(start.attr("timestamp").unwrap(), xmpp::time::write(START + 2 * DAY));
    assert_eq!(metadata.child("end", ns::MAM).unwrap().attr("id").unwrap(), ids[4]);
    assert_eq!(archive::expire(&bench.store, &bench.service, bench.now), Ok(2));
    assert_eq!(bench.page("").await.bodies, ["3", "4", "5"]);
}

#[tokio::test]
async fn a_page_is_capped_whatever_is_asked_for() {
    let mut bench = Bench::new();
    for number in 0..120 {
        bench
            .receive(&format!("<message type='chat' from='romeo@example.net/o'><body>{number}</body></message>"))
            .await;
    }
    let capped = bench.page("<max>100000</max>").await;
    assert_eq!((capped.bodies.len(), capped.complete), (100, false));
    let large = "x".repeat(300_000);
    for _ in 0..5 {
        bench.receive(&format!("<message type='chat' from='romeo@example.net/o'><body>{large}</body></message>")).await;
    }
    let last = bench.page("<before/><max>5</max>").await;
    assert_eq!((last.bodies.len(), last.complete), (3, false));
}

#[tokio::test]
async fn what_the_account_sends_is_kept_under_the_recipient_and_a_note_to_oneself_once() {
    let mut bench = Bench::new();
    assert!(bench.send("<message type='chat' to='romeo@example.net'><body>out</body></message>").await.is_some());
    let state = "<message type='chat' to='romeo@example.net'>\
                 <composing xmlns='http://jabber.org/protocol/chatstates'/></message>";
    assert!(bench.send(state).await.is_none());
    assert!(bench.send("<message type='headline' to='romeo@example.net'><body>x</body></message>").await.is_none());
    // The note to oneself is kept when it comes back in.
    assert!(bench.send("<message type='chat' to='juliet@example.org'><body>note</body></message>").await.is_none());
    let note = "<message type='chat' from='juliet@example.org/balcony'><body>note</body></message>";
    assert!(bench.receive(note).await.is_some());
    let with = |jid: &str| field("with", jid);
    assert_eq!(bench.query(&with("romeo@example.net"), "").await.bodies, ["out"]);
    assert_eq!(bench.query(&with("juliet@example.org"), "").await.bodies, ["note"]);
    assert_eq!(bench.query(&with("juliet@example.org/elsewhere"), "").await.bodies, ["note"]);
    assert_eq!(bench.query("", "").await.bodies, ["out", "note"]);
}

#[tokio::test]
async fn preferences_are_kept_applied_and_bounded() {
    let mut bench = Bench::new();
    let get = "<prefs xmlns='urn:xmpp:mam:2'/>";
    let none = "<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never/></prefs>";
    assert_eq!(bench.ask(IqType::Get, get).await[0].inner_str(), none);
    let wanted = "<prefs xmlns='urn:xmpp:mam:2' default='never'>\
                  <always><jid>romeo@example.net</jid></always>\
                  <never><jid>romeo@example.net/tomb</jid></never></prefs>";
    assert_eq!(bench.ask(IqType::Set, wanted).await[0].inner_str(), wanted);
    let from = |jid: &str| format!("<message type='chat' from='{jid}'><body>x</body></message>");
    assert!(bench.receive(&from("romeo@example.net/orchard")).await.is_some());
    assert!(bench.receive(&from("romeo@example.net/tomb")).await.is_none());
    assert!(bench.receive(&from("nurse@example.org/kitchen")).await.is_none());
    // As after a restart.
    let rows = bench.store.query(archive::table::PREFERENCES_SQL, vec![1i64.into()]).await.unwrap();
    bench.account.archive = Preferences::read(&rows, &bench.service).unwrap();
    assert_eq!(bench.ask(IqType::Get, get).await[0].inner_str(), wanted);
    let many: String = (0..201).map(|n| format!("<jid>user{n}@example.net</jid>")).collect();
    for (bad, condition) in [
        ("<prefs xmlns='urn:xmpp:mam:2'/>".to_owned(), "bad-request"),
        ("<prefs xmlns='urn:xmpp:mam:2' default='perhaps'/>".to_owned(), "bad-request"),
        (format!("<prefs xmlns='urn:xmpp:mam:2' default='never'><never>{many}</never></prefs>"), "not-acceptable"),
        (
            "<prefs xmlns='urn:xmpp:mam:2' default='never'><never><jid>a@b\nc@d</jid></never></prefs>".to_owned(),
            "jid-malformed",
        ),
    ] {
        assert_eq!(Answer::read(&bench.ask(IqType::Set, &bad).await), Answer::error(condition), "{bad}");
    }
    assert_eq!(bench.ask(IqType::Get, get).await[0].inner_str(), wanted);
}

#[tokio::test]
async fn by_roster_means_those_who_are_in_it() {
    let mut bench = Bench::new();
    let add = "<query xmlns='jabber:iq:roster'><item jid='romeo@example.net'/></query>";
    bench.ask(IqType::Set, add).await;
    bench.account.archive = Preferences::new(archive::Default::Roster);
    let from = |jid: &str| format!("<message type='chat' from='{jid}'><body>x</body></message>");
    assert!(bench.receive(&from("romeo@example.net/orchard")).await.is_some());
    assert!(bench.receive(&from("paris@example.net/vault")).await.is_none());
    // A request that waits is no contact.
    let request = Stanza::read("<presence type='subscribe' from='paris@example.net'/>").unwrap();
    let out = bench.turn(|turn| order::incoming(turn, Arc::new(request), &jid("juliet@example.org")));
    bench.store.commit(out.writes.into_vec()).await.unwrap();
    assert!(bench.receive(&from("paris@example.net/vault")).await.is_none());
}

#[tokio::test]
async fn a_stranger_is_answered_as_if_there_were_no_account() {
    let mut bench = Bench::new();
    bench.fill(1).await;
    let stanza = Stanza::new(Kind::Iq(IqType::Set))
        .with_id(Some("q1".into()))
        .with_from(Some(jid("romeo@example.org/orchard")))
        .with_inner(Bytes::from_static(b"<query xmlns='urn:xmpp:mam:2'/>"));
    let out = bench.turn(|turn| order::incoming(turn, Arc::new(stanza), &jid("juliet@example.org")));
    let [Effect::Route { stanza, .. }] = out.effects.as_slice() else { panic!("one answer, to the stranger") };
    assert_eq!(Answer::read(&[stanza.as_ref().clone()]), Answer::error("service-unavailable"));
}

#[tokio::test]
async fn the_form_names_every_field() {
    let mut bench = Bench::new();
    let answer = bench.ask(IqType::Get, "<query xmlns='urn:xmpp:mam:2'/>").await;
    let query = answer[0].child("query", ns::MAM).unwrap();
    let form = query.child("x", ns::DATA_FORMS).unwrap();
    let fields: Vec<_> = form
        .children()
        .map(|field| (field.attr("var").unwrap().into_owned(), field.attr("type").unwrap().into_owned()))
        .collect();
    let names = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    assert_eq!(
        fields,
        [
            names("FORM_TYPE", "hidden"),
            names("with", "jid-single"),
            names("start", "text-single"),
            names("end", "text-single"),
            names("before-id", "text-single"),
            names("after-id", "text-single"),
            names("ids", "list-multi"),
            names("include-groupchat", "boolean"),
        ]
    );
}
