//! One comparison: the servers, the loads, the rounds, in turns.

use crate::Outcome;
use crate::load::{Size, Work};
use crate::report::Report;
use crate::rivals::{Rival, Running, Setting};
use std::path::PathBuf;
use std::time::Duration;

/// Logins, talk and draining of one run together may take this much longer than its measured time.
const RUN_SECONDS_MORE: u64 = 600;

/// What to compare.
#[derive(clap::Args)]
pub struct Compare {
    /// The servers, in the order of their turns.
    #[arg(long, value_delimiter = ',', default_value = "folkmoot,prosody,ejabberd,relay")]
    servers: Vec<Rival>,
    /// The loads.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "chat,chat8,sm,archive,login,login256,sasl2,room-fan,room-fan8,room-join,idle"
    )]
    work: Vec<Work>,
    /// How often each load is put on each server.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The same for what is about memory and storms, where the server is started anew each time.
    #[arg(long, default_value_t = 1)]
    idle_rounds: usize,
    #[command(flatten)]
    size: Size,
    /// The three first numbers of the loopback addresses that the servers get.
    #[arg(long, default_value = "127.0.22", value_parser = network)]
    network: [u8; 3],
    /// The binary of our own server.
    #[arg(long, default_value = "target/release/folkmoot")]
    folkmoot: PathBuf,
}

/// Reads such numbers.
///
/// # Errors
/// A sentence.
pub fn network(text: &str) -> Result<[u8; 3], String> {
    let numbers: Result<Vec<u8>, _> = text.split('.').map(str::parse).collect();
    match numbers.ok().and_then(|numbers| <[u8; 3]>::try_from(numbers).ok()) {
        Some(network) if network[0] == 127 => Ok(network),
        _ => Err("three numbers like 127.0.22 are needed, the first 127".into()),
    }
}

impl Compare {
    /// Runs everything and prints the tables.
    ///
    /// # Errors
    /// When a server cannot be started. A run that fails is told and left out of the table.
    pub async fn run(self) -> Outcome<()> {
        if self.size.users < 2 || !self.size.users.is_multiple_of(2) {
            return Err("users talk in pairs: an even number is needed".into());
        }
        let mut report = Report::default();
        for &rival in &self.servers {
            report.version(rival, rival.version(&self.folkmoot).await?);
        }
        for setting in [Setting::Plain, Setting::Archived, Setting::Linked] {
            self.side_by_side(setting, &mut report).await?;
        }
        for &work in self.work.iter().filter(|work| work.wants_fresh()) {
            self.one_by_one(work, &mut report).await?;
        }
        print!("{}", report.render(&self.work));
        if report.failures() > 0 {
            return Err(format!("{} runs failed", report.failures()).into());
        }
        Ok(())
    }

    /// The loads that share a configuration: all servers run, and are loaded in turns.
    async fn side_by_side(&self, setting: Setting, report: &mut Report) -> Outcome<()> {
        let fits = |work: &&Work| work.setting() == setting && !work.wants_fresh();
        let works: Vec<Work> = self.work.iter().filter(fits).copied().collect();
        let accounts = works.iter().map(|work| work.accounts(&self.size)).max().unwrap_or(0);
        let mut servers = Vec::new();
        for &rival in &self.servers {
            if works.iter().any(|work| work.suits(rival)) {
                servers.push(self.start(rival, setting, accounts).await?);
            }
        }
        for round in 0..self.rounds {
            for &work in &works {
                for server in servers.iter().filter(|server| work.suits(server.rival)) {
                    self.one(server, work, round, report).await;
                }
            }
        }
        for server in servers {
            server.stop().await?;
        }
        Ok(())
    }

    /// A load that wants fresh servers, one running at a time.
    async fn one_by_one(&self, work: Work, report: &mut Report) -> Outcome<()> {
        for round in 0..self.idle_rounds {
            for &rival in self.servers.iter().filter(|rival| work.suits(**rival)) {
                let server = self.start(rival, work.setting(), work.accounts(&self.size)).await?;
                self.one(&server, work, round, report).await;
                server.stop().await?;
            }
        }
        Ok(())
    }

    async fn start(&self, rival: Rival, setting: Setting, accounts: usize) -> Outcome<Running> {
        eprintln!("starting {} with {accounts} accounts, {setting:?}", rival.name());
        rival.start(self.network, setting, accounts, &self.folkmoot).await
    }

    async fn one(&self, server: &Running, work: Work, round: usize, report: &mut Report) {
        let run = report.next_run();
        let limit = Duration::from_secs(self.size.seconds + RUN_SECONDS_MORE);
        let outcome = match tokio::time::timeout(limit, work.run(server, &self.size, run)).await {
            Ok(outcome) => outcome,
            Err(_) => Err("it did not end in time".into()),
        };
        let what = format!("round {} {} {}", round + 1, work.name(), server.rival.name());
        match outcome {
            Ok(sample) => {
                eprintln!("{what}: {:.1}, {:.0}/s, client {:.1} us", sample.cost, sample.rate, sample.own);
                report.add(work, server.rival, sample);
            }
            Err(error) => {
                eprintln!("{what} FAILED: {error}");
                report.fail();
            }
        }
    }
}
