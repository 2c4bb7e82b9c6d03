//! Accounts on a real store: signing up, logging in, tokens (XEP-0484), erasure.

#![allow(clippy::unwrap_used, reason = "what is not there fails the test")]

use bytes::Bytes;
use features::archive;
use features::deed::Password;
use features::feature::Limits;
use features::login::{self, Admitted, Agent, Credentials, Denied, Login, State, Unusable};
use features::registration::{By, Refusal, SignUp, sign_up};
use features::service::{Secrets, Service};
use std::path::Path;
use store::{Append, CommitError, Erase, Options, Store, Write};
use xmpp::Token;
use xmpp::scram::{Hash, Keys};
use xmpp::{Jid, Text};

const DAY: i64 = 86_400_000_000;
const NOW: i64 = 20_000 * DAY;
const NONE: &str = "HT-SHA-256-NONE";
const PHONE: &str = "d4565fa7-4d72-4749-b3d3-740edbf87770";

fn open(dir: &Path) -> Store {
    Store::open(dir, &Options::default(), &features::all::tables()).unwrap()
}

/// A store with the account `juliet`.
fn with_juliet() -> (tempfile::TempDir, Store, i64) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let account = signed_up(&store, "juliet").unwrap();
    (dir, store, account)
}

fn signed_up(store: &Store, name: &str) -> Result<i64, Refusal> {
    sign_up_with(store, name, "r0m30myr0m30")
}

fn sign_up_with(store: &Store, name: &str, password: &str) -> Result<i64, Refusal> {
    let secrets = Secrets { archive_ids: [0; 16], dialback: Default::default(), decoy: Default::default() };
    let wish = SignUp { name: name.into(), password: Password(password.into()), by: By::Staff };
    sign_up(store, &service(secrets), (NOW, [3; 32]), &wish).map(|made| made.account)
}

fn service(secrets: Secrets) -> Service {
    let domain = Jid::parse("example.org").unwrap();
    Service { archive_default: archive::Default::Always, archive_days: 30, ..Service::new(domain, secrets) }
}

/// Logs in the way `change` says; the new token's characters are those of `fresh`.
async fn admit(store: &Store, now: i64, fresh: u8, login: Login<'_>) -> Result<Admitted, Denied> {
    let login = Login { localpart: "juliet", ..login };
    login::admit(store, &Limits::default(), now, [fresh; 56], login).await
}

fn from_phone() -> Login<'static> {
    let agent = Agent { id: Some(PHONE), software: Some("AwesomeXMPP"), device: Some("Kiva's Phone") };
    Login { agent, ..Login::default() }
}

async fn held(store: &Store, now: i64) -> Vec<Token> {
    login::tokens(store, "juliet", PHONE, now).await.unwrap()
}

fn token(admitted: &Admitted) -> Text {
    admitted.token.as_ref().unwrap().token.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_up_account_can_be_found_proven_and_loaded() {
    let (_dir, store, account) = with_juliet();
    let found = login::find(&store, "juliet").await.unwrap().unwrap();
    assert_eq!((found.id, found.created_at, found.state, found.last_login_day), (account, NOW, State::Active, None));
    let mut salts = std::collections::HashSet::new();
    for hash in Hash::ALL {
        let keys = login::keys(&store, "juliet", hash).await.unwrap().unwrap();
        assert_eq!(keys, Keys::derive(hash, "r0m30myr0m30", keys.salt.clone(), login::ITERATIONS));
        assert_eq!(keys.salt.len(), 16);
        assert!(salts.insert(keys.salt));
    }
    let secrets = login::secrets(&store, [1; 80]).await.unwrap();
    assert_eq!((secrets.archive_ids, secrets.decoy.len()), ([1; 16], 32));
    let again = login::secrets(&store, [2; 80]).await.unwrap();
    assert_eq!((again.archive_ids, again.decoy), (secrets.archive_ids, secrets.decoy.clone()));
    let service = service(secrets);
    let jid = |text: &str| Jid::parse(text).unwrap();
    let memory = login::load(&store, &service, &jid("juliet@example.org")).await.unwrap().unwrap();
    assert_eq!((memory.id, memory.jid.as_str()), (account, "juliet@example.org"));
    assert!(login::load(&store, &service, &jid("romeo@example.org")).await.unwrap().is_none());
    assert!(login::load(&store, &service, &jid("juliet@example.net")).await.unwrap().is_none());
}

/// Who moved in with keys for one hash function can log in: nobody is offered another meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_what_every_account_has_keys_for() {
    let (_dir, store, juliet) = with_juliet();
    let offered = || login::common_hashes(&store.view()).unwrap();
    assert_eq!(offered(), (Hash::ALL.to_vec(), 0));
    let lose = |hash: Hash| {
        let sql = "DELETE FROM credential WHERE account = ?1 AND hash = ?2";
        let values = vec![juliet.into(), hash.mechanism().into()];
        vec![store::Write::Run { sql, values, expect: store::Expect::Some }]
    };
    store.commit(lose(Hash::Sha512)).await.unwrap();
    assert_eq!(offered(), (vec![Hash::Sha1, Hash::Sha256], 1));
    store.commit(lose(Hash::Sha256)).await.unwrap();
    assert_eq!(offered(), (vec![Hash::Sha1], 1));
    login::disable(&store, juliet).await.unwrap();
    assert_eq!(offered(), (Hash::ALL.to_vec(), 0), "who cannot log in holds nobody back");
    login::enable(&store, juliet).await.unwrap();
    let keys = Keys::derive(Hash::Sha256, "r0m30myr0m30", bytes::Bytes::from_static(b"salt"), login::ITERATIONS);
    login::upgrade(&store, juliet, &keys).await.unwrap();
    assert_eq!(offered(), (vec![Hash::Sha1, Hash::Sha256], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_cannot_be_is_refused_with_the_reason() {
    let (_dir, store, account) = with_juliet();
    assert_eq!(signed_up(&store, "juliet"), Err(Refusal::NameTaken));
    for name in ["", "a@b", "a/b", "@b", "/"] {
        assert_eq!(signed_up(&store, name), Err(Refusal::NameMalformed), "{name:?}");
    }
    let with = |password: &str| sign_up_with(&store, "romeo", password);
    assert_eq!(with(""), Err(Refusal::Password(Unusable::Empty)));
    assert_eq!(with("\u{7}bell"), Err(Refusal::Password(Unusable::Malformed)));
    assert_eq!(with(&"x".repeat(1025)), Err(Refusal::Password(Unusable::Long)));
    assert_eq!(with(&"x".repeat(1024)), Ok(account + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_looks_like_none_until_it_is_enabled() {
    let (_dir, store, account) = with_juliet();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    login::disable(&store, account).await.unwrap();
    assert_eq!(login::disable(&store, account).await, Err(CommitError::Unmet));
    assert!(login::keys(&store, "juliet", Hash::Sha256).await.unwrap().is_none());
    assert!(held(&store, NOW).await.is_empty());
    assert_eq!(admit(&store, NOW, 2, from_phone()).await, Err(Denied::Disabled));
    assert_eq!(login::list(&store, "", 10).await.unwrap()[0].state, State::Disabled);
    login::enable(&store, account).await.unwrap();
    assert!(login::keys(&store, "juliet", Hash::Sha256).await.unwrap().is_some());
    assert_eq!(held(&store, NOW).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_the_login_is_recorded_once() {
    let (_dir, store, _) = with_juliet();
    for (now, day) in [(NOW, 20_000), (NOW + DAY - 1, 20_000), (NOW + DAY, 20_001)] {
        admit(&store, now, 1, Login::default()).await.unwrap();
        assert_eq!(login::find(&store, "juliet").await.unwrap().unwrap().last_login_day, Some(day));
    }
    let commits = store.health().committed;
    admit(&store, NOW + DAY + 1, 1, Login::default()).await.unwrap();
    assert_eq!(store.health().committed, commits);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_rotates_and_the_old_one_is_good_until_the_new_one_is_used() {
    let (_dir, store, _) = with_juliet();
    let first = admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    assert_eq!(first.token.as_ref().unwrap().expiry.as_str(), xmpp::time::write(NOW + 30 * DAY));
    let tokens = held(&store, NOW).await;
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].secret, token(&first).bytes());
    assert_eq!(tokens[0].mechanism.as_str(), NONE);
    assert!(!tokens[0].expired && held(&store, NOW + 30 * DAY).await[0].expired);
    // Used within a day: no new one.
    let used = Login { used: Some((tokens[0].id, None)), ..from_phone() };
    assert_eq!(admit(&store, NOW + 1, 2, used).await.unwrap().token, None);
    // A day later it is due, twice, because the client never got the answer.
    let lost = admit(&store, NOW + DAY, 3, used).await.unwrap();
    let second = admit(&store, NOW + DAY + 1, 4, used).await.unwrap();
    let both = held(&store, NOW + DAY).await;
    assert_eq!(
        both.iter().map(|token| &token.secret).collect::<Vec<_>>(),
        [token(&second).bytes(), token(&first).bytes()]
    );
    assert_ne!(token(&lost), token(&second));
    // The new one is used, and the old one is no longer good.
    let renewed = Login { used: Some((both[0].id, None)), ..from_phone() };
    assert_eq!(admit(&store, NOW + DAY + 2, 5, renewed).await.unwrap().token, None);
    assert_eq!(held(&store, NOW).await.iter().map(|token| token.id).collect::<Vec<_>>(), [both[0].id]);
    assert_eq!(admit(&store, NOW + DAY + 3, 6, used).await, Err(Denied::Spent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_is_taken_once_even_by_two_at_the_same_time() {
    let (_dir, store, _) = with_juliet();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    let id = held(&store, NOW).await[0].id;
    let with = |count| Login { used: Some((id, Some(count))), ..from_phone() };
    let (one, two) = tokio::join!(admit(&store, NOW, 2, with(1)), admit(&store, NOW, 3, with(1)));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|won| **won).count(), 1);
    assert_eq!(held(&store, NOW).await[0].count, 1);
    assert_eq!(admit(&store, NOW, 4, with(1)).await, Err(Denied::Spent));
    admit(&store, NOW, 5, with(9)).await.unwrap();
    assert_eq!(held(&store, NOW).await[0].count, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalidated_token_is_gone_and_replaced_only_on_request() {
    let (_dir, store, _) = with_juliet();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    let id = held(&store, NOW).await[0].id;
    let bye = Login { used: Some((id, None)), invalidate: true, ..from_phone() };
    // Due for rotation, and still none.
    assert_eq!(admit(&store, NOW + 2 * DAY, 2, bye).await.unwrap().token, None);
    assert!(held(&store, NOW).await.is_empty());
    assert_eq!(admit(&store, NOW, 3, bye).await, Err(Denied::Spent));
    admit(&store, NOW, 4, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    let id = held(&store, NOW).await[0].id;
    let again = Login { used: Some((id, None)), invalidate: true, request: Some("HT-SHA-256-EXPR"), ..from_phone() };
    assert!(admit(&store, NOW, 5, again).await.unwrap().token.is_some());
    let left = held(&store, NOW).await;
    assert_eq!((left.len(), left[0].mechanism.as_str()), (1, "HT-SHA-256-EXPR"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_belong_to_one_client_and_clients_are_bounded() {
    let (_dir, store, _) = with_juliet();
    // Without an id there is nobody to bind a token to.
    assert_eq!(admit(&store, NOW, 1, Login { request: Some(NONE), ..Login::default() }).await.unwrap().token, None);
    for number in 0..60 {
        let id = format!("client-{number}");
        let agent = Agent { id: Some(&id), ..Agent::default() };
        let login = Login { agent, request: Some(NONE), ..Login::default() };
        admit(&store, NOW + i64::from(number), number, login).await.unwrap();
    }
    let rows = store.query("SELECT count(*) FROM fast_token", vec![]).await.unwrap();
    assert_eq!(rows[0].int(0), Ok(50));
    let of = |id: &'static str| login::tokens(&store, "juliet", id, NOW);
    assert!(of("client-9").await.unwrap().is_empty());
    let newest = of("client-59").await.unwrap();
    // Another client cannot use it.
    let stolen = Login { used: Some((newest[0].id, None)), ..from_phone() };
    assert_eq!(admit(&store, NOW, 99, stolen).await, Err(Denied::Spent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_tokens_and_a_missing_hash_is_asked_for() {
    let (_dir, store, account) = with_juliet();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    let credentials = Credentials::derive("another one", [4; 32]).unwrap();
    login::set_password(&store, "juliet", &credentials, None).await.unwrap();
    assert_eq!(login::set_password(&store, "nobody", &credentials, None).await, Err(CommitError::Unmet));
    assert!(held(&store, NOW).await.is_empty());
    let keys = login::keys(&store, "juliet", Hash::Sha512).await.unwrap().unwrap();
    assert_eq!(keys, Keys::derive(Hash::Sha512, "another one", keys.salt.clone(), keys.iterations));
    assert_eq!(admit(&store, NOW, 2, from_phone()).await.unwrap().upgrade, None);
    // As if imported from a server that knew SHA-1 only.
    let sql = "DELETE FROM credential WHERE hash <> 'SCRAM-SHA-1'";
    store.commit(vec![Write::Run { sql, values: vec![], expect: store::Expect::Some }]).await.unwrap();
    for hash in [Hash::Sha256, Hash::Sha512] {
        let offer = admit(&store, NOW, 5, from_phone()).await.unwrap().upgrade.unwrap();
        assert_eq!((offer.hash, offer.salt.as_ref()), (hash, [5; 16].as_slice()));
        let keys = Keys::derive(hash, "another one", offer.salt, offer.iterations);
        login::upgrade(&store, account, &keys).await.unwrap();
        assert_eq!(login::keys(&store, "juliet", hash).await.unwrap(), Some(keys));
    }
    // An upgrade adds; it never replaces.
    let other = Keys::derive(Hash::Sha256, "intruder", Bytes::from_static(&[9; 16]), login::ITERATIONS);
    login::upgrade(&store, account, &other).await.unwrap();
    assert_ne!(login::keys(&store, "juliet", Hash::Sha256).await.unwrap(), Some(other));
}

/// Ninety days after they expired: until then their devices are told that this is why.
#[tokio::test(flavor = "multi_thread")]
async fn expired_tokens_are_swept() {
    let (_dir, store, _) = with_juliet();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    store.commit(features::all::expiry_writes(NOW + (30 + 90) * DAY)).await.unwrap();
    assert_eq!(held(&store, NOW).await.len(), 1);
    store.commit(features::all::expiry_writes(NOW + (30 + 90) * DAY + 1)).await.unwrap();
    assert!(held(&store, NOW).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_a_tombstone_and_nothing_else() {
    let (dir, store, account) = with_juliet();
    let bystander = signed_up(&store, "nurse").unwrap();
    admit(&store, NOW, 1, Login { request: Some(NONE), ..from_phone() }).await.unwrap();
    let sql = archive::table::SET_PREFERENCES_SQL;
    let values = vec![account.into(), "never".into(), "".into(), "romeo@example.net".into()];
    store.commit(vec![Write::Run { sql, values, expect: store::Expect::Some }]).await.unwrap();
    for archive in [account, bystander] {
        let body = Bytes::from(format!("<message><body>secret of {archive}</body></message>"));
        let (peer, resource) = ("romeo@example.net".into(), "".into());
        let row = Append { archive, class: archive::CLASS, at_micros: NOW, peer, resource, flags: 0, body };
        store.commit(vec![Write::Append(row)]).await.unwrap();
    }
    let row = login::find(&store, "juliet").await.unwrap().unwrap();
    // Interrupted after the first step, and taken up at the next start.
    store.commit(login::erase_writes(&row)).await.unwrap();
    drop(store);
    let store = open(dir.path());
    assert_eq!(login::finish_erasures(&store).await, Ok(1));
    assert_eq!(login::finish_erasures(&store).await, Ok(0));
    assert_eq!(login::erase(&store, &row).await, Err(CommitError::Unmet));
    // Nothing is left to be erased.
    for table in features::all::tables().iter().filter(|table| table.name != "account") {
        let Erase::Sql(sql) = table.erase else { continue };
        let again = vec![Write::Run { sql, values: vec![account.into()], expect: store::Expect::Some }];
        assert_eq!(store.commit(again).await, Err(CommitError::Unmet), "{}", table.name);
    }
    assert!(login::find(&store, "juliet").await.unwrap().is_none());
    assert_eq!(login::list(&store, "", 10).await.unwrap().len(), 1);
    assert_eq!(signed_up(&store, "juliet"), Err(Refusal::NameTaken));
    assert_eq!(signed_up(&store, "romeo"), Ok(bystander + 1));
    drop(store);
    // Opening and closing folds the logs into the files.
    drop(open(dir.path()));
    let left = bytes_of(dir.path());
    for gone in [&b"juliet"[..], b"secret of 1", b"Kiva's Phone", PHONE.as_bytes()] {
        assert!(!left.windows(gone.len()).any(|window| window == gone), "{:?}", std::str::from_utf8(gone));
    }
    assert!(left.windows(11).any(|window| window == b"secret of 2"));
}

fn bytes_of(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { bytes_of(&path) } else { std::fs::read(&path).unwrap() });
    }
    bytes
}
