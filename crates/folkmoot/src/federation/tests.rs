//! What commands do to the rules for other domains, on a real store.

use super::rules;
use crate::account::act;
use crate::arguments::{FederationCommand, ProofWanted, Remark, RulesCommand};
use crate::config::{Config, Network};
use crate::control::{AffectedLine, Control, DeedLine, Password, Reply};
use crate::data_folder;
use crate::wire::owners;
use std::path::{Path, PathBuf};
use store::{Expect, Write};

struct Desk {
    config: Config,
    folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().join("data"), ..Config::load(None, Network::V4).unwrap() };
        drop(data_folder::open(&config.data).unwrap());
        Desk { config, folder }
    }

    fn run(&self, command: &FederationCommand) -> Result<(), String> {
        rules::run(&self.config, command, false).map_err(|failure| failure.to_string())
    }

    /// Asks as a command does, and runs `writes` before.
    fn ask(&self, writes: Vec<Write>, control: Control) -> Reply {
        let store = data_folder::open(&self.config.data).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let hub = owners(&self.config, &store).await.unwrap();
            store.commit(writes).await.unwrap();
            act(&hub, control).await
        })
    }

    fn export(&self) -> String {
        let output = self.folder.path().join("rules.csv");
        self.run(&FederationCommand::Rules(RulesCommand::Export { output: output.clone() })).unwrap();
        std::fs::read_to_string(output).unwrap()
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("given");
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn remark(reason: &str) -> Remark {
    Remark { reason: reason.into(), days: None }
}

fn import(file: &Path, dry_run: bool) -> FederationCommand {
    let remark = Remark { reason: "JabberSPAM".into(), days: Some(90) };
    FederationCommand::Rules(RulesCommand::Import { file: file.into(), dry_run, remark })
}

#[test]
fn decisions_are_kept_listed_and_taken_back() {
    let desk = Desk::open();
    let block = |domain: &str| FederationCommand::Block {
        domain: domain.into(),
        dry_run: false,
        remark: remark("Spam, \"lots\" of it"),
    };
    desk.run(&block("Spam.Example")).unwrap();
    desk.run(&FederationCommand::Allow {
        domain: "old.example".into(),
        proof: Some(ProofWanted::Dialback),
        no_strangers: true,
        no_media: false,
        no_rooms: false,
        remark: remark("no certificate yet"),
    })
    .unwrap();
    let text = desk.export();
    assert!(text.contains("\nold.example,talk dialback no-strangers,no certificate yet,the command line,20"), "{text}");
    assert!(text.contains("\nspam.example,refuse,\"Spam, \"\"lots\"\" of it\",the command line,20"), "{text}");
    // What is written is read again: by another service, with who decided it.
    let other = Desk::open();
    other.run(&import(&desk.folder.path().join("rules.csv"), false)).unwrap();
    let lines: Vec<String> = other.export().lines().map(str::to_owned).collect();
    assert!(text.lines().zip(&lines).all(|(one, other)| other.starts_with(one)), "{lines:?}");

    assert!(desk.run(&block("localhost")).unwrap_err().contains("served here"));
    assert!(desk.run(&block("a@b")).unwrap_err().contains("not a domain"));
    let remove = FederationCommand::Rules(RulesCommand::Remove { domain: "spam.example".into() });
    desk.run(&remove).unwrap();
    assert!(desk.run(&remove).unwrap_err().contains("There is no rule for spam.example"));
    let Reply::Deeds { deeds } = desk.ask(vec![], Control::ListDeeds) else { panic!("no deeds") };
    let what = |deed: &DeedLine| (deed.what.clone(), deed.whom.clone());
    assert_eq!(what(&deeds[0]), ("forget-rule".to_owned(), "spam.example".to_owned()));
    assert_eq!(what(&deeds[2]), ("refuse".to_owned(), "spam.example".to_owned()));
}

#[test]
fn a_list_is_tried_before_it_holds() {
    let desk = Desk::open();
    for name in ["alice", "bob"] {
        desk.ask(vec![], Control::AddAccount { name: name.into(), password: Password("secret".into()) });
    }
    let item = |account: i64, jid: &str| Write::Run {
        sql: "INSERT INTO roster_item (account, jid, name, group_names, subscription, ask, approved, version) \
              VALUES (?1, ?2, '', '', 'both', 0, 0, 1)",
        values: vec![account.into(), jid.into()],
        expect: Expect::Any,
    };
    let items = vec![item(1, "a@bad.example"), item(1, "b@rooms.bad.example"), item(2, "a@good.example")];
    let domains = vec!["bad.example".to_owned(), "worse.example".to_owned()];
    let Reply::Affected { affected } = desk.ask(items, Control::ListAffected { domains }) else { panic!("no answer") };
    let line = AffectedLine { domain: "bad.example".into(), account: "alice@localhost".into(), contacts: 2 };
    assert_eq!(affected, [line]);

    let list = desk.file("bad.example\nworse.example\n");
    desk.run(&import(&list, true)).unwrap();
    assert_eq!(desk.export().lines().count(), 1);
    desk.run(&import(&list, false)).unwrap();
    assert!(desk.export().contains("\nworse.example,refuse,JabberSPAM,the command line,20"));
    let why = desk.run(&import(&desk.file("fine.example\nnot fine\n"), false)).unwrap_err();
    assert!(why.contains("nothing was changed: line 2"), "{why}");
    assert!(!desk.export().contains("fine.example"));
}
