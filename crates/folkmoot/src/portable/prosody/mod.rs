//! The data folder of a Prosody server with its internal storage: a folder for each host, in it one for
//! each store, in it a file for each account.
//!
//! A store is read when its turn comes, an archive message by message. What Prosody keeps and we have
//! no place for is named, never passed over in silence.

mod convert;
mod folder;
mod lua;
mod stanza;

pub use stanza::clean;

use super::source::{Found, Named, Trouble};
use crate::control::Password;
use folder::{Folder, Host};
use lua::Lua;
use std::collections::VecDeque;
use std::path::Path;

/// Reads such a folder.
pub struct Reader {
    folder: Folder,
    hosts: VecDeque<Host>,
    user: Option<User>,
}

/// The account being read.
struct User {
    name: String,
    /// What is left to be read.
    steps: VecDeque<Step>,
    /// What was read and not yet told.
    found: VecDeque<Found>,
    list: Option<(Lua, Listed)>,
}

/// A store.
enum Step {
    /// One that holds a table for each account.
    Table(&'static str, Converter),
    /// The items of a node, by the name of their store.
    Items(String),
    List(&'static str, Listed),
    /// What there is besides.
    Others,
}

type Converter = fn(&lua::Table) -> Result<VecDeque<Found>, &'static str>;

/// What the items of a list are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Listed {
    Waiting,
    Archived,
}

impl Reader {
    /// Opens a folder.
    ///
    /// # Errors
    /// When it holds no hosts with accounts.
    pub fn open(path: &Path) -> Result<Reader, Trouble> {
        let folder = Folder::open(path)?;
        let hosts = folder.hosts()?;
        if hosts.is_empty() {
            let clause =
                "there is no host with accounts in it; it should be the data_path of Prosody, with internal storage";
            return Err(Trouble::rest(path, None, clause));
        }
        Ok(Reader { folder, hosts: hosts.into(), user: None })
    }

    /// What is found next; none at the end.
    ///
    /// # Errors
    /// When a file is damaged: that spoils its account.
    pub fn next(&mut self) -> Result<Option<Found>, Trouble> {
        let Some(user) = &mut self.user else { return self.next_account() };
        let Some(host) = self.hosts.front() else { return Ok(None) };
        match user.next(&self.folder, host) {
            Ok(Found::Whole) => {
                self.user = None;
                Ok(Some(Found::Whole))
            }
            Ok(found) => Ok(Some(found)),
            Err(trouble) => {
                self.user = None;
                Err(trouble)
            }
        }
    }

    fn next_account(&mut self) -> Result<Option<Found>, Trouble> {
        loop {
            let Some(host) = self.hosts.front_mut() else { return Ok(None) };
            let Some(name) = host.names.pop_front() else {
                self.hosts.pop_front();
                continue;
            };
            let password = password(&self.folder, host, &name);
            let named = Named { domain: host.domain.clone(), name: name.clone(), password };
            self.user = Some(User::new(name, host));
            return Ok(Some(Found::Account(named)));
        }
    }
}

/// A password that was kept as it is. A damaged file is told of when the account is read.
fn password(folder: &Folder, host: &Host, name: &str) -> Option<Password> {
    let value = Lua::open(&folder.file(host, "accounts", name, "dat")).ok()??.value().ok()?;
    let password = value.table()?.text("password").filter(|password| !password.is_empty())?;
    Some(Password(password.to_owned()))
}

impl User {
    fn new(name: String, host: &Host) -> User {
        let mut steps: VecDeque<Step> = convert::STORES.iter().map(|(store, how)| Step::Table(store, *how)).collect();
        steps.extend(host.stores.iter().filter(|store| store.starts_with("pep_")).cloned().map(Step::Items));
        steps.push_back(Step::List("offline", Listed::Waiting));
        steps.push_back(Step::List("archive", Listed::Archived));
        steps.push_back(Step::Others);
        User { name, steps, found: VecDeque::new(), list: None }
    }

    fn next(&mut self, folder: &Folder, host: &Host) -> Result<Found, Trouble> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(found);
            }
            if let Some((lua, listed)) = &mut self.list {
                match lua.item()? {
                    Some(item) => {
                        let message = match listed {
                            Listed::Waiting => convert::waiting(&item).map(Found::Waiting),
                            Listed::Archived => convert::archived(&item).map(Found::Archived),
                        };
                        return message.map_err(|clause| lua.trouble(clause));
                    }
                    None => self.list = None,
                }
                continue;
            }
            let Some(step) = self.steps.pop_front() else { return Ok(Found::Whole) };
            self.step(&step, folder, host)?;
        }
    }

    fn step(&mut self, step: &Step, folder: &Folder, host: &Host) -> Result<(), Trouble> {
        match step {
            Step::Table(store, how) => {
                let Some(mut lua) = Lua::open(&folder.file(host, store, &self.name, "dat"))? else { return Ok(()) };
                let value = lua.value()?;
                let table = value.table().ok_or_else(|| lua.trouble("it holds no table"))?;
                self.found = how(table).map_err(|clause| lua.trouble(clause))?;
            }
            Step::Items(store) => {
                let Some(mut lua) = Lua::open(&folder.file(host, store, &self.name, "list"))? else { return Ok(()) };
                let mut items = Vec::new();
                while let Some(item) = lua.item()? {
                    items.push(item);
                }
                let node = store.strip_prefix("pep_").unwrap_or(store);
                let piece = convert::items(node, &items).map_err(|clause| lua.trouble(clause))?;
                self.found.push_back(Found::Child(piece));
            }
            Step::List(store, listed) => {
                self.list = Lua::open(&folder.file(host, store, &self.name, "list"))?.map(|lua| (lua, *listed));
            }
            Step::Others => {
                for store in &host.stores {
                    if let Some(why) = convert::left(store)
                        && folder.has(host, store, &self.name)
                    {
                        self.found.push_back(Found::Left(format!("store {store:?} of Prosody").into(), why.into()));
                    }
                }
            }
        }
        Ok(())
    }
}
