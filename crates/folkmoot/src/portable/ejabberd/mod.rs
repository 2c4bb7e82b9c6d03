//! What an ejabberd keeps: a dump of its SQL database, in the old or the new schema, from SQLite, MySQL
//! or PostgreSQL, or made by `ejabberdctl export2sql`. The folders of `export_piefxis` are files of
//! XEP-0227, which [`super::pie`] reads.
//!
//! In memory is where the rows of each account stand; a row is read when its turn comes.

mod convert;
mod sql;
mod term;

use super::pie;
use super::source::{Found, Named, Source, Trouble};
use crate::control::Password;
use sql::{Dump, Place, Row};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;

/// Opens whatever it is. `domain` is that of a dump which does not say it: the old schema has a
/// database for each host.
///
/// # Errors
/// When there is nothing of an ejabberd.
pub fn open(path: &Path, domain: &str) -> Result<Source, Trouble> {
    if path.is_dir() {
        return Ok(Source::Pie(Box::new(pie::Reader::open(&main_file(path)?)?)));
    }
    Ok(Source::Ejabberd(Box::new(Reader::open(path, domain)?)))
}

/// The file of an export that includes the others.
fn main_file(folder: &Path) -> Result<std::path::PathBuf, Trouble> {
    let unreadable = |error: std::io::Error| Trouble::rest(folder, None, format!("it cannot be read: {error}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "xml") && pie::is_main(file));
    files.sort();
    // The name is the moment of the export: the last one counts.
    files.pop().ok_or_else(|| Trouble::rest(folder, None, "there is no file of `ejabberdctl export_piefxis` in it"))
}

/// An account: its host and its name.
type Owner = (String, String);

/// The tables that are read, in the order in which accounts are told of.
const TABLES: &[&str] = &[
    "users",
    "last",
    "rosterusers",
    "rostergroups",
    "vcard",
    "private_storage",
    "privacy_default_list",
    "privacy_list",
    "privacy_list_data",
    "archive_prefs",
    "pubsub_node",
    "pubsub_node_option",
    "pubsub_item",
    "pubsub_state",
    "spool",
    "archive",
];

/// Where the rows of an account stand, by table.
type Places = BTreeMap<usize, Vec<Place>>;

/// Reads a dump.
pub struct Reader {
    dump: Dump,
    accounts: VecDeque<(Owner, Places)>,
    left: VecDeque<Found>,
    user: Option<User>,
}

/// The account being read.
struct User {
    places: Places,
    steps: VecDeque<Step>,
    found: VecDeque<Found>,
    listed: VecDeque<(Place, Listed)>,
}

#[derive(Clone, Copy)]
enum Step {
    /// Tables from which one converter makes pieces.
    Tables(&'static [&'static str], convert::Converter),
    List(&'static str, Listed),
}

#[derive(Clone, Copy)]
enum Listed {
    Waiting,
    Archived,
}

impl Reader {
    fn open(path: &Path, domain: &str) -> Result<Reader, Trouble> {
        let mut dump = Dump::open(path)?;
        let mut index = Index { domain: domain.to_owned(), ..Index::default() };
        dump.index(|table, row, place| index.note(table, row, place))?;
        if index.accounts.is_empty() {
            return Err(Trouble::rest(path, None, "there are no accounts of an ejabberd in it"));
        }
        let left = index.left().into();
        Ok(Reader { dump, accounts: index.finish().into(), left, user: None })
    }

    /// What is found next; none at the end.
    ///
    /// # Errors
    /// When the dump cannot be read any more.
    pub fn next(&mut self) -> Result<Option<Found>, Trouble> {
        if let Some(user) = &mut self.user {
            let found = user.next(&mut self.dump)?;
            if found == Found::Whole {
                self.user = None;
            }
            return Ok(Some(found));
        }
        if let Some(found) = self.left.pop_front() {
            return Ok(Some(found));
        }
        let Some(((domain, name), places)) = self.accounts.pop_front() else { return Ok(None) };
        let mut password = None;
        for place in places.get(&0).into_iter().flatten() {
            password = convert::password(&self.dump.row(*place)?).map(Password);
        }
        self.user = Some(User::new(places));
        Ok(Some(Found::Account(Named { domain, name, password })))
    }
}

impl User {
    fn new(places: Places) -> User {
        let mut steps: VecDeque<Step> = convert::PARTS.iter().map(|(tables, how)| Step::Tables(tables, *how)).collect();
        steps.push_back(Step::List("spool", Listed::Waiting));
        steps.push_back(Step::List("archive", Listed::Archived));
        User { places, steps, found: VecDeque::new(), listed: VecDeque::new() }
    }

    fn next(&mut self, dump: &mut Dump) -> Result<Found, Trouble> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(found);
            }
            if let Some((place, listed)) = self.listed.pop_front() {
                let row = dump.row(place)?;
                let read = match listed {
                    Listed::Waiting => convert::waiting(&row).map(Found::Waiting),
                    Listed::Archived => convert::archived(&row).map(Found::Archived),
                };
                return Ok(read.unwrap_or_else(|clause| convert::broken("message", &row, &clause)));
            }
            match self.steps.pop_front() {
                None => return Ok(Found::Whole),
                Some(Step::List(table, listed)) => {
                    self.listed = self.of(table).iter().map(|place| (*place, listed)).collect();
                }
                Some(Step::Tables(tables, how)) => {
                    let mut rows: Vec<Vec<Row>> = Vec::new();
                    for table in tables {
                        rows.push(self.of(table).iter().map(|place| dump.row(*place)).collect::<Result<_, _>>()?);
                    }
                    self.found = how(&rows).into();
                }
            }
        }
    }

    fn of(&self, table: &str) -> &[Place] {
        let at = TABLES.iter().position(|known| *known == table);
        at.and_then(|at| self.places.get(&at)).map_or(&[], Vec::as_slice)
    }
}

/// The places of rows while the dump is read for the first time.
#[derive(Default)]
struct Index {
    /// Of rows that do not say it.
    domain: String,
    accounts: BTreeMap<Owner, Places>,
    /// Rows that name a list or a node instead of an account.
    of_lists: HashMap<String, Vec<(usize, Place)>>,
    of_nodes: HashMap<String, Vec<(usize, Place)>>,
    lists: HashMap<String, Owner>,
    nodes: HashMap<String, Owner>,
    unread: BTreeMap<String, u64>,
}

impl Index {
    fn note(&mut self, table: &str, row: &Row, place: Place) {
        let Some(at) = TABLES.iter().position(|known| *known == table) else {
            *self.unread.entry(table.to_owned()).or_default() += 1;
            return;
        };
        match table {
            "privacy_list_data" => self.of_lists.entry(row.text("id").into_owned()).or_default().push((at, place)),
            "pubsub_node_option" | "pubsub_item" | "pubsub_state" => {
                self.of_nodes.entry(row.text("nodeid").into_owned()).or_default().push((at, place));
            }
            "pubsub_node" => {
                // Nodes of a service have no account.
                let host = row.text("host");
                let Some((name, domain)) = host.split_once('@') else { return };
                let owner = (domain.to_owned(), name.to_owned());
                self.nodes.insert(row.text("nodeid").into_owned(), owner.clone());
                self.put(owner, at, place);
            }
            _ => {
                let said = row.text("server_host");
                let domain = if said.is_empty() { Cow::Borrowed(self.domain.as_str()) } else { said };
                let owner = (domain.into_owned(), row.text("username").into_owned());
                if table == "privacy_list" {
                    self.lists.insert(row.text("id").into_owned(), owner.clone());
                }
                self.put(owner, at, place);
            }
        }
    }

    fn put(&mut self, owner: Owner, at: usize, place: Place) {
        self.accounts.entry(owner).or_default().entry(at).or_default().push(place);
    }

    /// What of the dump nothing is read from.
    fn left(&self) -> Vec<Found> {
        let left = |(table, count): (&String, &u64)| {
            let why = convert::unread(table)?;
            Some(Found::Left(format!("table {table:?} of ejabberd, {count} rows").into(), why.into()))
        };
        self.unread.iter().filter_map(left).collect()
    }

    /// The accounts; where passwords are kept, only who has one.
    fn finish(mut self) -> Vec<(Owner, Places)> {
        let lists = std::mem::take(&mut self.of_lists);
        let nodes = std::mem::take(&mut self.of_nodes);
        for (rows, owners) in [(lists, self.lists.clone()), (nodes, self.nodes.clone())] {
            for (id, places) in rows {
                let Some(owner) = owners.get(&id) else { continue };
                places.into_iter().for_each(|(at, place)| self.put(owner.clone(), at, place));
            }
        }
        let has_users = self.accounts.values().any(|places| places.contains_key(&0));
        self.accounts.into_iter().filter(|(_, places)| !has_users || places.contains_key(&0)).collect()
    }
}
