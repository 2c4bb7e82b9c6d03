//! The two accounts that the probes use: made on our own server for the occasion, or given.

use super::stage::unique;
use crate::account::{self, Door};
use crate::arguments::Target;
use crate::config::Config;
use crate::control::{Control, Reply};
use crate::failure::Failure;

/// An account and its password.
#[derive(Clone)]
pub struct Account {
    /// The bare address.
    pub jid: String,
    /// The password.
    pub password: String,
}

/// The two, and how they are given back.
pub struct Accounts {
    accounts: [Account; 2],
    made_by: Option<Door>,
}

impl Account {
    /// The part before the `@`.
    pub fn name(&self) -> &str {
        self.jid.split_once('@').map_or("", |(name, _)| name)
    }

    /// The part behind it.
    pub fn domain(&self) -> &str {
        self.jid.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl Accounts {
    /// Takes those that were given, or has the server that runs beside us make two.
    ///
    /// # Errors
    /// When two were not given and no server runs.
    pub fn borrow(config: &Config, target: &Target) -> Result<Accounts, Failure> {
        match target.jid.as_slice() {
            [] if target.host.is_some() => Err(Failure::usage(
                "for another server say whose accounts to use: --jid JID --jid JID --password-stdin, one password a line",
            )),
            [] => Accounts::make(config),
            [alice, bob] => Accounts::given([alice, bob], target.password_stdin),
            _ => Err(Failure::usage("two accounts are needed: --jid JID --jid JID")),
        }
    }

    /// Alice and Bob, whatever they are called.
    pub fn both(&self) -> (Account, Account) {
        let [alice, bob] = &self.accounts;
        (alice.clone(), bob.clone())
    }

    /// Erases what was made.
    ///
    /// # Errors
    /// When the server does not; it says which account is left.
    pub fn give_back(self) -> Result<(), Failure> {
        let Some(door) = self.made_by else { return Ok(()) };
        for account in &self.accounts {
            door.ask(Control::DeleteAccount { name: account.jid.clone() })?;
        }
        Ok(())
    }

    fn given(jids: [&String; 2], password_stdin: bool) -> Result<Accounts, Failure> {
        if !password_stdin {
            return Err(Failure::usage(
                "--jid needs --password-stdin: one password a line, in the order of the accounts",
            ));
        }
        let mut accounts = Vec::with_capacity(2);
        for jid in jids {
            let parsed = xmpp::Jid::parse(jid).ok().filter(|jid| jid.local().is_some() && jid.is_bare());
            let Some(parsed) = parsed else {
                return Err(Failure::usage(format!("`{jid}` is not the address of an account; write NAME@DOMAIN")));
            };
            accounts.push(Account { jid: parsed.to_string(), password: account::piped()?.0 });
        }
        match <[Account; 2]>::try_from(accounts) {
            Ok(accounts) if accounts[0].domain() == accounts[1].domain() => Ok(Accounts { accounts, made_by: None }),
            _ => Err(Failure::usage("both accounts must be on the same domain")),
        }
    }

    fn make(config: &Config) -> Result<Accounts, Failure> {
        let door = Door::open(config, false)?;
        if !matches!(door, Door::Server(_)) {
            return Err(Failure::refused(
                "no server runs with this configuration. Start it first, or name another one with --host",
            ));
        }
        let mut accounts = Vec::with_capacity(2);
        for name in ["compliance-alice", "compliance-bob"] {
            let password = account::made_up();
            let added = door.ask(Control::AddAccount { name: unique(name), password: password.clone() })?;
            let Reply::Added { address } = added else {
                return Err(Failure::refused("the server answered something else than an account"));
            };
            accounts.push(Account { jid: address, password: password.0 });
        }
        let accounts = <[Account; 2]>::try_from(accounts).unwrap_or_else(|_| unreachable!("two were made"));
        Ok(Accounts { accounts, made_by: Some(door) })
    }
}
