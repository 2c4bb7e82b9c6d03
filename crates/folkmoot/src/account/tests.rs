//! What commands do to accounts, on a real store.

use super::act;
use crate::config::{Config, Network};
use crate::control::{Control, Ended, Password, Reply};
use crate::data_folder;
use crate::wire::owners;
use features::login;
use hub::Hub;
use store::Store;
use tokio::runtime::Runtime;
use xmpp::scram::Hash;

struct Desk {
    store: Store,
    hub: Hub,
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = data_folder::open(&folder.path().join("data")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = Config::load(None, Network::V4).unwrap();
        let hub = runtime.block_on(owners(&config, &store)).unwrap();
        Desk { store, hub, runtime, folder }
    }

    fn ask(&self, control: Control) -> Reply {
        self.runtime.block_on(act(&self.hub, control))
    }

    fn add(&self, name: &str) -> Reply {
        self.ask(Control::AddAccount { name: name.into(), password: Password("secret".into()) })
    }

    fn has_keys(&self, name: &str) -> bool {
        self.runtime.block_on(login::keys(&self.store, name, Hash::Sha256)).unwrap().is_some()
    }

    fn list(&self) -> Vec<(String, String)> {
        let Reply::Accounts { accounts } = self.ask(Control::ListAccounts { after: String::new() }) else {
            panic!("no list")
        };
        accounts.into_iter().map(|one| (one.address, one.state)).collect()
    }
}

fn refusal(reply: Reply) -> String {
    match reply {
        Reply::Refused { sentence } => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn ended(address: &str) -> Ended {
    Ended { address: address.into(), sessions: 0 }
}

#[test]
fn an_account_comes_and_goes() {
    let desk = Desk::open();
    assert_eq!(desk.add("bob"), Reply::Added { address: "bob@localhost".into() });
    assert_eq!(desk.add("alice@localhost"), Reply::Added { address: "alice@localhost".into() });
    assert!(refusal(desk.add("alice")).contains("taken"));
    assert!(refusal(desk.add("carol@example.org")).contains("localhost is served here, not example.org"));
    let line = |name: &str, state: &str| (format!("{name}@localhost"), state.to_owned());
    assert_eq!(desk.list(), [line("alice", "active"), line("bob", "active")]);

    assert_eq!(desk.ask(Control::DisableAccount { name: "alice".into() }), Reply::Disabled(ended("alice@localhost")));
    assert!(!desk.has_keys("alice"));
    assert!(refusal(desk.ask(Control::DisableAccount { name: "alice".into() })).contains("already"));
    assert_eq!(desk.list(), [line("alice", "disabled"), line("bob", "active")]);
    let enabled = Reply::Enabled { address: "alice@localhost".into() };
    assert_eq!(desk.ask(Control::EnableAccount { name: "alice".into() }), enabled);
    assert!(desk.has_keys("alice"));

    let Reply::Deleted { ended: gone, erased } = desk.ask(Control::DeleteAccount { name: "alice".into() }) else {
        panic!("not deleted")
    };
    assert_eq!(gone, ended("alice@localhost"));
    assert!(erased.iter().any(|one| one.name == "account" && one.entries == Some(1)), "{erased:?}");
    assert!(erased.iter().any(|one| one.name == "credential" && one.entries.is_none()), "{erased:?}");
    assert_eq!(desk.list(), [line("bob", "active")]);
    assert!(refusal(desk.ask(Control::DeleteAccount { name: "alice".into() })).contains("no account alice@localhost"));
    desk.ask(Control::DisableAccount { name: "bob".into() });
    let gone = desk.ask(Control::DeleteAccount { name: "bob".into() });
    assert!(matches!(gone, Reply::Deleted { .. }), "a disabled account can be erased: {gone:?}");
    assert_eq!(desk.list(), []);
    assert!(refusal(desk.add("alice")).contains("taken"), "the name of an erased account stays taken");
}

#[test]
fn a_new_password_replaces_the_old() {
    let desk = Desk::open();
    desk.add("alice");
    let keys = |desk: &Desk| desk.runtime.block_on(login::keys(&desk.store, "alice", Hash::Sha256)).unwrap();
    let before = keys(&desk);
    let set = |password: &str| Control::SetPassword { name: "alice".into(), password: Password(password.into()) };
    assert_eq!(desk.ask(set("another")), Reply::PasswordSet(ended("alice@localhost")));
    let after = keys(&desk);
    assert!(after.is_some() && after != before);
    assert!(refusal(desk.ask(set(&"x".repeat(2000)))).contains("1024 bytes"));
    assert!(keys(&desk) == after, "a refused password changes nothing");
}

#[test]
fn the_data_folder_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::open();
    let data = desk.folder.path().join("data");
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(matches!(data_folder::open(&data), Err(store::OpenError::InUse(..))));
}

#[test]
fn what_is_done_is_written_down_without_passwords() {
    let desk = Desk::open();
    desk.add("alice");
    desk.ask(Control::DisableAccount { name: "alice".into() });
    let Reply::Deeds { deeds } = desk.ask(Control::ListDeeds) else { panic!("no deeds") };
    let short: Vec<_> = deeds.iter().map(|deed| (&*deed.who, &*deed.what, &*deed.whom)).collect();
    let who = "the command line";
    assert_eq!(short, [(who, "disable", "alice@localhost"), (who, "add", "alice@localhost")]);
    assert!(!format!("{deeds:?}").contains("secret"));
}

#[test]
fn devices_are_listed_and_revoked() {
    let desk = Desk::open();
    desk.add("alice");
    let list = || desk.ask(Control::ListClients { name: "alice".into() });
    assert_eq!(list(), Reply::Clients { clients: vec![] });
    let agent = |id| login::Agent { id: Some(id), software: Some("Swallow"), device: None };
    let admit =
        |login| desk.runtime.block_on(login::admit(&desk.store, &Default::default(), 1_000_000, [7; 56], login));
    let knows = login::Login { localpart: "alice", agent: agent("a"), ..Default::default() };
    let asks = login::Login { request: Some("HT-SHA-256-NONE"), agent: agent("b"), ..knows };
    assert!(admit(knows).is_ok() && admit(asks).unwrap().token.is_some());
    let held = desk.runtime.block_on(login::tokens(&desk.store, "alice", "b", 1_000_000)).unwrap();
    admit(login::Login { used: Some((held[0].id, None)), request: None, ..asks }).unwrap();
    let Reply::Clients { clients } = list() else { panic!("no clients") };
    let revoke = |id: &str| desk.ask(Control::RevokeClient { name: "alice".into(), id: id.into() });
    let of = |revocable| clients.iter().find(|client| client.revocable == revocable).unwrap();
    assert!(refusal(revoke(&of(false).id)).contains("knows the password"));
    assert!(refusal(revoke("nonsense")).contains("list them again"));
    assert_eq!(revoke(&of(true).id), Reply::ClientRevoked(ended("alice@localhost")));
    assert!(desk.runtime.block_on(login::tokens(&desk.store, "alice", "b", 1_000_000)).unwrap().is_empty());
    assert!(matches!(list(), Reply::Clients { clients } if clients.len() == 1));
}

#[test]
fn reports_that_are_not_there_are_refused() {
    let desk = Desk::open();
    assert_eq!(desk.ask(Control::ListReports { after: 0 }), Reply::Reports { reports: vec![] });
    assert!(refusal(desk.ask(Control::ShowReport { number: 1 })).contains("no report 1"));
    assert!(refusal(desk.ask(Control::CloseReport { number: 1 })).contains("no open report 1"));
}

#[test]
fn invitations_are_made_listed_and_taken_back() {
    let desk = Desk::open();
    let invite = |name: &str, uses| desk.ask(Control::Invite { name: name.into(), uses, days: Some(3) });
    let Reply::Invited { link, expires, page } = invite("Juliet@localhost", 1) else { panic!("not invited") };
    assert!(link.starts_with("xmpp:juliet@localhost?register;preauth=") && expires.ends_with('Z'), "{link} {expires}");
    assert!(page.is_some_and(|page| page.starts_with("https://localhost:5443/invite/")));
    let Reply::Invited { link, .. } = invite("", 20) else { panic!("not invited") };
    assert!(link.starts_with("xmpp:localhost?register;preauth="), "{link}");
    assert!(refusal(invite("juliet", 2)).contains("for one") && refusal(invite("a b", 1)).contains("cannot be"));
    let list = || match desk.ask(Control::ListInvitations { after: 0 }) {
        Reply::Invitations { invitations } => {
            invitations.into_iter().map(|one| (one.number, one.name, one.uses_left)).collect()
        }
        other => panic!("no list: {other:?}"),
    };
    let all: Vec<(i64, String, i64)> = list();
    assert_eq!(all, [(1, "juliet".into(), 1), (2, String::new(), 20)]);
    assert_eq!(desk.ask(Control::RevokeInvitation { number: 2 }), Reply::InvitationRevoked { number: 2 });
    assert!(refusal(desk.ask(Control::RevokeInvitation { number: 2 })).contains("no invitation 2"));
    assert_eq!(list().len(), 1);
    assert_eq!(desk.ask(Control::InvitationTree { name: None }), Reply::InvitationTree { came: vec![] });
}
