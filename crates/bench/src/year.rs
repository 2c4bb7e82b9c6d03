//! A year of use: what an account costs that has kept much, beside one that has kept nothing. On our own server
//! alone; it is filled by `folkmoot import`, and emptied by `folkmoot export`.

use crate::Outcome;
use crate::compare::network;
use crate::rivals::{self, DOMAIN, Filled, data};
use crate::usage;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use testkit::client::{Client, Keychain, Login, Profile};
use xmpp::scram::Hash;
use xmpp::{ns, time};

/// Everybody's archive, in microseconds.
const YEAR_MICROS: i64 = 365 * 24 * 3600 * 1_000_000;
/// Messages in a page.
const PAGE: usize = 50;
/// The account that has everything, and the one that has nothing.
const BUSY: usize = 0;
const EMPTY: usize = 1;

/// What a year left, and how often each thing is done.
#[derive(clap::Args)]
pub struct Year {
    /// Messages in the archive, spread over a year.
    #[arg(long, default_value_t = 500_000)]
    messages: usize,
    /// Contacts in the roster, all of them accounts.
    #[arg(long, default_value_t = 2_000)]
    contacts: usize,
    /// Nodes with an item each.
    #[arg(long, default_value_t = 300)]
    nodes: usize,
    /// How often each thing is done.
    #[arg(long, default_value_t = 21)]
    times: usize,
    /// The three first numbers of the loopback address of the server.
    #[arg(long, default_value = "127.0.23", value_parser = network)]
    network: [u8; 3],
    /// The binary of our own server.
    #[arg(long, default_value = "target/release/folkmoot")]
    folkmoot: PathBuf,
}

/// Something that a client does.
#[derive(Clone, Copy)]
enum Deed {
    Login,
    Present,
    Roster,
    Newest,
    Behind,
    With,
    Nodes,
}

impl Deed {
    const ALL: [Deed; 7] =
        [Deed::Login, Deed::Present, Deed::Roster, Deed::Newest, Deed::Behind, Deed::With, Deed::Nodes];

    fn name(self) -> &'static str {
        match self {
            Deed::Login => "login (SASL2, Bind 2)",
            Deed::Present => "first presence, to all contacts and from them",
            Deed::Roster => "roster",
            Deed::Newest => "newest page of the archive",
            Deed::Behind => "page behind some day",
            Deed::With => "newest page with one contact",
            Deed::Nodes => "list of nodes",
        }
    }
}

/// What one thing took, in milliseconds.
#[derive(Clone, Copy)]
struct Took {
    wall: f64,
    cpu: f64,
}

impl Year {
    /// Fills an account, does everything, prints a table.
    ///
    /// # Errors
    /// When the server cannot be filled or started, or refuses something.
    pub async fn run(self) -> Outcome<()> {
        let folder = tempfile::Builder::new().prefix("bench-year-").tempdir()?;
        let (file, out) = (folder.path().join("year.xml"), folder.path().join("out.xml"));
        self.write(&file)?;
        let begun = Instant::now();
        let filled = Filled::import(self.network, &self.folkmoot, &file).await?;
        println!("import of {} MiB: {:.1} s", mib(&file)?, begun.elapsed().as_secs_f64());
        std::fs::remove_file(&file)?;
        let server = filled.start().await?;
        let mut table = String::from("| | busy, ms | its CPU, ms | empty, ms | its CPU, ms |\n|---|---|---|---|---|\n");
        for deed in Deed::ALL {
            let _ = write!(table, "| {} |", deed.name());
            for account in [BUSY, EMPTY] {
                let (wall, cpu) = self.measure(&server, deed, account).await?;
                let _ = write!(table, " {wall} | {cpu:.2} |");
            }
            table.push('\n');
        }
        println!("resident: {:.1} MiB\n\n{table}", usage::of_tree(server.pid()?)?.rss_kib as f64 / 1024.0);
        let begun = Instant::now();
        filled.command(&["export", &data::user(BUSY), "--output", &out.to_string_lossy()]).await?;
        println!("export of {} MiB beside the running server: {:.1} s", mib(&out)?, begun.elapsed().as_secs_f64());
        server.stop().await
    }

    /// The median wall time with the extremes, and the median of what the server computed.
    async fn measure(&self, server: &rivals::Running, deed: Deed, account: usize) -> Outcome<(String, f64)> {
        let keychain = Keychain::new();
        // The first one salts the password and wakes the account; it is not counted.
        self.once(server, deed, (account, 0), &keychain).await?;
        let (mut wall, mut total) = (Vec::with_capacity(self.times), 0.0);
        for turn in 1..=self.times {
            let took = self.once(server, deed, (account, turn), &keychain).await?;
            wall.push(took.wall);
            total += took.cpu;
        }
        wall.sort_by(f64::total_cmp);
        let (least, middle, most) = (wall[0], wall[wall.len() / 2], wall[wall.len() - 1]);
        // CPU is counted in hundredths of a second: only the sum of all says something.
        Ok((format!("{middle:.2} ({least:.2}–{most:.2})"), total / self.times as f64))
    }

    async fn once(
        &self,
        server: &rivals::Running,
        deed: Deed,
        (account, turn): (usize, usize),
        keychain: &Keychain,
    ) -> Outcome<Took> {
        let (user, resource) = (data::user(account), format!("t{turn}"));
        let login = Login {
            user: &user,
            password: data::PASSWORD,
            resource: &resource,
            hash: Hash::Sha256,
            profile: Profile::Sasl2,
            keychain,
        };
        let mut meter = Meter::start(server)?;
        let mut client = Client::login(&server.target, login).await?;
        if !matches!(deed, Deed::Login) {
            meter = Meter::start(server)?;
            self.act(&mut client, deed, turn).await?;
        }
        let took = meter.stop()?;
        client.close().await?;
        // What the end of a session costs is no part of what comes next.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(took)
    }

    async fn act(&self, client: &mut Client, deed: Deed, turn: usize) -> Outcome<()> {
        let search = |fields: &str, set: &str| {
            format!(
                "<query xmlns='{}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>{}</value>\
                 </field>{fields}</x><set xmlns='{}'><max>{PAGE}</max>{set}</set></query>",
                ns::MAM,
                ns::MAM,
                ns::RSM
            )
        };
        match deed {
            Deed::Login => {}
            Deed::Present => {
                client.send("<presence/>").await?;
                client.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>").await?;
            }
            Deed::Roster => drop(client.ask("get", None, "<query xmlns='jabber:iq:roster'/>").await?),
            Deed::Newest => drop(client.ask("set", None, &search("", "<before/>")).await?),
            Deed::Behind => {
                let back = YEAR_MICROS / (self.times as i64 + 1) * turn.max(1) as i64;
                let start = format!("<field var='start'><value>{}</value></field>", time::write(now()? - back));
                client.ask("set", None, &search(&start, "")).await?;
            }
            Deed::With => {
                let with = format!("<field var='with'><value>{}@{DOMAIN}</value></field>", contact(turn));
                client.ask("set", None, &search(&with, "<before/>")).await?;
            }
            Deed::Nodes => {
                client.ask("get", None, "<query xmlns='http://jabber.org/protocol/disco#items'/>").await?;
            }
        }
        Ok(())
    }

    /// A file of XEP-0227 with all of it.
    fn write(&self, file: &Path) -> Outcome<()> {
        let mut out = BufWriter::new(std::fs::File::create(file)?);
        write!(out, "<server-data xmlns='{}'><host jid='{DOMAIN}'>", ns::PIE)?;
        write!(out, "<user name='{}' password='{}'>", data::user(BUSY), data::PASSWORD)?;
        self.write_roster(&mut out)?;
        self.write_nodes(&mut out)?;
        self.write_archive(&mut out)?;
        write!(out, "</user><user name='{}' password='{}'/>", data::user(EMPTY), data::PASSWORD)?;
        for number in 0..self.contacts {
            write!(
                out,
                "<user name='{}'><query xmlns='jabber:iq:roster'><item jid='{}@{DOMAIN}' subscription='both'/></query></user>",
                contact(number),
                data::user(BUSY)
            )?;
        }
        write!(out, "</host></server-data>")?;
        Ok(out.flush()?)
    }

    fn write_roster(&self, out: &mut impl Write) -> Outcome<()> {
        write!(out, "<query xmlns='jabber:iq:roster'>")?;
        for number in 0..self.contacts {
            let jid = contact(number);
            write!(
                out,
                "<item jid='{jid}@{DOMAIN}' name='Contact {number}' subscription='both'><group>Friends</group></item>"
            )?;
        }
        Ok(write!(out, "</query>")?)
    }

    fn write_nodes(&self, out: &mut impl Write) -> Outcome<()> {
        write!(out, "<pubsub xmlns='{}'>", ns::PUBSUB)?;
        for number in 0..self.nodes {
            write!(
                out,
                "<items node='urn:example:keys:{number}'><item id='current'><keys xmlns='urn:example:keys'>{}</keys></item></items>",
                "QUJD".repeat(300)
            )?;
        }
        Ok(write!(out, "</pubsub>")?)
    }

    fn write_archive(&self, out: &mut impl Write) -> Outcome<()> {
        let (own, end) = (format!("{}@{DOMAIN}", data::user(BUSY)), now()?);
        write!(out, "<archive xmlns='{}'>", ns::PIE_MAM)?;
        for number in 0..self.messages {
            let back = YEAR_MICROS / self.messages as i64 * (self.messages - number) as i64;
            // Some are written to often, most seldom.
            let other = format!("{}@{DOMAIN}", contact(number % (1 + number % self.contacts.max(1))));
            let (from, to) = if number % 2 == 0 { (&own, &other) } else { (&other, &own) };
            write!(
                out,
                "<result xmlns='{}' id='{number}'><forwarded xmlns='{}'><delay xmlns='{}' stamp='{}'/><message \
                 xmlns='jabber:client' from='{from}/phone' to='{to}' type='chat' id='m{number}'><body>Number {number}: as much \
                 as people write who are on their way, and a little more than that.</body><origin-id xmlns='urn:xmpp:sid:0' \
                 id='m{number}'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/><active \
                 xmlns='http://jabber.org/protocol/chatstates'/></message></forwarded></result>",
                ns::MAM,
                ns::FORWARD,
                ns::DELAY,
                time::write(end - back)
            )?;
        }
        Ok(write!(out, "</archive>")?)
    }
}

/// What the server used from some moment on.
struct Meter {
    pid: u32,
    start: Instant,
    cpu_micros: u64,
}

impl Meter {
    fn start(server: &rivals::Running) -> Outcome<Meter> {
        let pid = server.pid()?;
        Ok(Meter { pid, start: Instant::now(), cpu_micros: usage::of_tree(pid)?.cpu_micros })
    }

    fn stop(&self) -> Outcome<Took> {
        let wall = self.start.elapsed().as_secs_f64() * 1_000.0;
        let cpu = (usage::of_tree(self.pid)?.cpu_micros - self.cpu_micros) as f64 / 1_000.0;
        Ok(Took { wall, cpu })
    }
}

fn contact(number: usize) -> String {
    format!("c{number}")
}

fn mib(file: &Path) -> Outcome<u64> {
    Ok(std::fs::metadata(file)?.len() >> 20)
}

/// Microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "archives are dated, and servers judge dates by the clock")]
fn now() -> Outcome<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?)
}
