//! `folkmoot export`: accounts as a file of XEP-0227. A page of messages is all that is in memory of an
//! archive, whatever its size.

use super::look;
use crate::arguments::ExportCommand;
use crate::config::Config;
use crate::failure::Failure;
use crate::wire::{self, Lasting};
use features::archive;
use features::login::{self, AccountRow};
use features::portable::{self, Purpose};
use features::service::Service;
use hub::Clock;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::View;
use xmpp::writer::escape_attribute;
use xmpp::{Jid, Writer, ns};

/// Accounts listed at a time.
const ACCOUNTS: u32 = 500;

/// Writes the accounts asked for.
///
/// # Errors
/// When one of them is not there, or reading or writing fails. No file is left then.
pub fn run(config: &Config, command: &ExportCommand, json: bool) -> Result<(), Failure> {
    let (view, _store) = look(config)?;
    let secrets = login::known_secrets(&view).map_err(|fault| Failure::refused(fault.to_string()))?;
    let service = wire::service(config, Lasting::at_rest(secrets));
    let names = names(&view, &service.domain, command)?;
    let purpose = if command.without_keys { Purpose::Copy } else { Purpose::Move };
    let export = Export { view, service: &service, purpose, now: Clock::System.now() };
    let (mut out, place) = Output::open(&command.output)?;
    let written = export.write(&names, &mut out).and_then(|count| out.finish().map(|()| count));
    let count = written.map_err(|error| Failure::refused(format!("{}: {error}", place.display())))?;
    if json {
        eprintln!("{}", serde_json::json!({ "exported": count }));
    } else {
        eprintln!("{count} accounts exported");
    }
    Ok(())
}

/// Whose accounts: none for all.
fn names(view: &View, domain: &Jid, command: &ExportCommand) -> Result<Option<Vec<AccountRow>>, Failure> {
    if command.all {
        return Ok(None);
    }
    if command.names.is_empty() {
        return Err(Failure::usage("name accounts to export, or say --all"));
    }
    let find = |name: &String| {
        let local = name.strip_suffix(&format!("@{domain}")).unwrap_or(name);
        let missing = || Failure::refused(format!("there is no account {local}@{domain}; nothing was exported"));
        let jid = Jid::parse(&format!("{local}@{domain}")).map_err(|_| missing())?;
        let found = login::find_in(view, jid.local().unwrap_or_default());
        found.map_err(|fault| Failure::refused(fault.to_string()))?.ok_or_else(missing)
    };
    command.names.iter().map(find).collect::<Result<_, _>>().map(Some)
}

struct Export<'a> {
    view: View,
    service: &'a Service,
    purpose: Purpose,
    now: i64,
}

impl Export<'_> {
    fn write(&self, names: &Option<Vec<AccountRow>>, out: &mut Output) -> io::Result<u64> {
        let mut head =
            b"<?xml version='1.0' encoding='UTF-8'?>\n<server-data xmlns='urn:xmpp:pie:0'>\n<host jid='".to_vec();
        escape_attribute(self.service.domain.as_str(), &mut head);
        head.extend_from_slice(b"'>\n");
        out.write_all(&head)?;
        let mut count = 0;
        match names {
            Some(rows) => {
                for row in rows {
                    self.account(row, out)?;
                    count += 1;
                }
            }
            None => {
                let mut after = String::new();
                loop {
                    let rows = login::list_in(&self.view, &after, ACCOUNTS).map_err(io::Error::other)?;
                    let Some(last) = rows.last() else { break };
                    after = last.localpart.to_string();
                    for row in &rows {
                        self.account(row, out)?;
                        count += 1;
                    }
                }
            }
        }
        out.write_all(b"</host>\n</server-data>\n")?;
        Ok(count)
    }

    fn account(&self, row: &AccountRow, out: &mut Output) -> io::Result<()> {
        let mut head = b"<user name='".to_vec();
        escape_attribute(&row.localpart, &mut head);
        head.extend_from_slice(b"'>\n");
        out.write_all(&head)?;
        let mut w = Writer::new();
        let cutoff = archive::cutoff(self.service, self.now);
        portable::write(&self.view, row.id, self.purpose, cutoff, &mut w).map_err(io::Error::other)?;
        out.write_all(&w.finish())?;
        out.write_all(format!("\n<archive xmlns='{}'>\n", ns::PIE_MAM).as_bytes())?;
        let mut after = None;
        let page = |after| archive::portable::write(&self.view, &self.service.secrets, row.id, after, cutoff);
        while let Some((results, last)) = page(after).map_err(io::Error::other)? {
            out.write_all(&results)?;
            after = Some(last);
        }
        out.write_all(b"\n</archive>\n</user>\n")
    }
}

/// Where it is written. A file appears under its name when it is whole, for its owner alone.
enum Output {
    Standard(BufWriter<io::Stdout>),
    File { file: BufWriter<File>, part: PathBuf, path: PathBuf },
}

impl Output {
    fn open(path: &Path) -> Result<(Output, PathBuf), Failure> {
        if path == Path::new("-") {
            return Ok((Output::Standard(BufWriter::new(io::stdout())), "the standard output".into()));
        }
        if path.exists() {
            return Err(Failure::refused(format!("{} is there already; choose another name", path.display())));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        // XEP-0227 §6: whoever can read it can try passwords.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
        let file = file.map_err(|error| Failure::refused(format!("{}: {error}", part.display())))?;
        Ok((Output::File { file: BufWriter::new(file), part, path: path.into() }, path.into()))
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Output::Standard(out) => out.flush(),
            Output::File { file, part, path } => {
                file.flush()?;
                file.get_ref().sync_all()?;
                std::fs::rename(part, path)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Standard(out) => out.write(bytes),
            Output::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Standard(out) => out.flush(),
            Output::File { file, .. } => file.flush(),
        }
    }
}
