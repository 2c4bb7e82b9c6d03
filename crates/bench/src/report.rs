//! The tables: medians, their spread, and ratios.

use crate::load::{Sample, Work};
use crate::rivals::Rival;
use std::fmt::Write;

/// What was found so far.
#[derive(Default)]
pub struct Report {
    versions: Vec<(Rival, String)>,
    samples: Vec<(Work, Rival, Sample)>,
    failures: usize,
    runs: u64,
}

impl Report {
    /// Adds a server and what it says of its version.
    pub fn version(&mut self, rival: Rival, version: String) {
        self.versions.push((rival, version));
    }

    /// The number of a run that begins, from 1.
    pub fn next_run(&mut self) -> u64 {
        self.runs += 1;
        self.runs
    }

    /// Adds a run.
    pub fn add(&mut self, work: Work, rival: Rival, sample: Sample) {
        self.samples.push((work, rival, sample));
    }

    /// Counts a run that failed.
    pub fn fail(&mut self) {
        self.failures += 1;
    }

    /// Runs that failed.
    pub fn failures(&self) -> usize {
        self.failures
    }

    /// The tables in Markdown: what it cost, and beside it how fast it went.
    pub fn render(&self, works: &[Work]) -> String {
        let mut out = String::new();
        let versions: Vec<_> = self.versions.iter().map(|(_, version)| version.as_str()).collect();
        let versions: Vec<_> = versions.into_iter().filter(|version| !version.is_empty()).collect();
        let _ = writeln!(out, "{}; load average {}\n", versions.join(", "), load_average());
        let ours = self.versions.iter().any(|(rival, _)| *rival == Rival::Folkmoot);
        let names = self.versions.iter().map(|(rival, _)| rival.name());
        let mut head: Vec<String> = std::iter::once("workload").chain(names).map(str::to_owned).collect();
        if ours {
            head.extend(["folkmoot : relay".to_owned(), "best peer : folkmoot".to_owned()]);
        }
        row(&mut out, &head);
        row(&mut out, &vec!["---".to_owned(); head.len()]);
        for &work in works {
            self.costs(work, ours, &mut out);
        }
        if works.contains(&Work::Idle) {
            let mut cells = vec!["empty server, MiB resident".to_owned()];
            cells.extend(self.versions.iter().map(|(rival, _)| self.cell(Work::Idle, *rival, |sample| sample.rss_mib)));
            cells.resize(head.len(), "–".to_owned());
            row(&mut out, &cells);
        }
        out.push_str("\nOperations a second (and microseconds of the load client for each):\n\n");
        head.truncate(self.versions.len() + 1);
        row(&mut out, &head);
        row(&mut out, &vec!["---".to_owned(); head.len()]);
        for &work in works {
            let mut cells = vec![work.name().to_owned()];
            cells.extend(self.versions.iter().map(|(rival, _)| self.speed(work, *rival)));
            row(&mut out, &cells);
        }
        out
    }

    fn costs(&self, work: Work, ours: bool, out: &mut String) {
        let (title, scale) = match work {
            Work::Chat => ("chat, 1 in flight per pair, us/message", 1.0),
            Work::Chat8 => ("chat, 8 in flight per pair, us/message", 1.0),
            Work::Sm => ("chat with stream management, us/message", 1.0),
            Work::Archive => ("chat, archived for both, us/message", 1.0),
            Work::S2s => ("chat between two servers, 1 in flight per pair, us/message for both", 1.0),
            Work::S2s8 => ("chat between two servers, 8 in flight per pair, us/message for both", 1.0),
            Work::S2sIdle => ("idle link of another domain, KiB resident", 1.0),
            Work::Login => ("login by SCRAM-SHA-1, ms", 0.001),
            Work::Login256 => ("login by SCRAM-SHA-256, ms", 0.001),
            Work::Sasl2 => ("login by SASL2 and Bind 2, SCRAM-SHA-256, ms", 0.001),
            Work::RoomFan => ("room, one talks, us/delivery", 1.0),
            Work::RoomFan8 => ("room, eight talk, us/delivery", 1.0),
            Work::RoomJoin => ("entry into a full room, ms", 0.001),
            Work::RoomStorm => ("entry, all at the same time, ms", 0.001),
            Work::RoomOccupant => ("occupant, KiB resident beside the session", 1.0),
            Work::RoomIdle => ("persistent room with nobody in it, KiB resident", 1.0),
            Work::Pep => ("an avatar that changes, us/contact", 1.0),
            Work::Idle => ("idle session, KiB resident", 1.0),
        };
        let mut cells = vec![title.to_owned()];
        cells.extend(self.versions.iter().map(|(rival, _)| self.cell(work, *rival, |sample| sample.cost * scale)));
        if ours {
            let cost = |rival| self.median(work, rival, |sample| sample.cost);
            let peers = [Rival::Prosody, Rival::Ejabberd, Rival::ProsodySqlite, Rival::EjabberdSqlite];
            let best = peers.into_iter().filter_map(cost).min_by(f64::total_cmp);
            cells.push(ratio(cost(Rival::Folkmoot), cost(Rival::Relay)));
            cells.push(ratio(best, cost(Rival::Folkmoot)));
        }
        row(out, &cells);
    }

    fn values(&self, work: Work, rival: Rival, field: impl Fn(&Sample) -> f64) -> Vec<f64> {
        let ours = self.samples.iter().filter(|(at, by, _)| *at == work && *by == rival);
        let mut values: Vec<f64> = ours.map(|(_, _, sample)| field(sample)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    fn median(&self, work: Work, rival: Rival, field: impl Fn(&Sample) -> f64) -> Option<f64> {
        let values = self.values(work, rival, field);
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(values[middle]),
            _ => Some((values[middle - 1] + values[middle]) / 2.0),
        }
    }

    /// The median, and the extremes where there are more runs than one.
    fn cell(&self, work: Work, rival: Rival, field: impl Fn(&Sample) -> f64 + Copy) -> String {
        let values = self.values(work, rival, field);
        match (self.median(work, rival, field), values.as_slice()) {
            (Some(median), [least, .., most]) => format!("{} ({}–{})", short(median), short(*least), short(*most)),
            (Some(median), _) => short(median),
            (None, _) => "–".to_owned(),
        }
    }

    fn speed(&self, work: Work, rival: Rival) -> String {
        let rate = self.median(work, rival, |sample| sample.rate);
        let own = self.median(work, rival, |sample| sample.own);
        match (rate, own) {
            (Some(rate), Some(own)) => format!("{rate:.0} ({own:.0})"),
            _ => "–".to_owned(),
        }
    }
}

fn row(out: &mut String, cells: &[String]) {
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn ratio(over: Option<f64>, under: Option<f64>) -> String {
    match (over, under) {
        (Some(over), Some(under)) if under > 0.0 => format!("{:.1}", over / under),
        _ => "–".to_owned(),
    }
}

/// Three digits that count.
fn short(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

/// How busy the machine was: other work makes figures larger.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_medians_and_ratios() {
        let mut report = Report::default();
        for (rival, costs) in [(Rival::Folkmoot, [20.0, 10.0, 30.0]), (Rival::Prosody, [100.0, 80.0, 90.0])] {
            report.version(rival, rival.name().to_owned());
            for cost in costs {
                report.add(Work::Chat, rival, Sample { cost, rate: 1000.0, own: 5.0, rss_mib: 18.0 });
            }
        }
        let table = report.render(&[Work::Chat]);
        assert!(table.contains("| 20.0 (10.0–30.0) | 90.0 (80.0–100) | – | 4.5 |"), "{table}");
        assert!(table.contains("| chat | 1000 (5) | 1000 (5) |"), "{table}");
    }
}
