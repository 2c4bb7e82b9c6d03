//! `folkmoot federation status`: how things stand with other services.

use super::read_domain;
use crate::account::Door;
use crate::config::Config;
use crate::control::{Control, NEIGHBOURS_MAX, NeighbourLine, Reply, StreamLine};
use crate::failure::Failure;
use features::terms;
use hub::{Hub, Line, NotDone, Standing};
use xmpp::time;

/// Shows how things stand with a service, or with all that are known.
///
/// # Errors
/// When it could not be asked.
pub fn run(config: &Config, domain: Option<&str>, json: bool) -> Result<(), Failure> {
    let domain = domain.map(read_domain).transpose()?.map(|domain| domain.to_string());
    let neighbours = all(&Door::open(config, false)?, domain.as_deref())?;
    if json {
        let reply = Reply::Neighbours { neighbours };
        println!("{}", serde_json::to_string(&reply).expect("a reply is JSON"));
    } else if neighbours.is_empty() {
        println!("No other service is known.");
    } else {
        print!("{}", neighbours.iter().map(as_text).collect::<String>());
    }
    Ok(())
}

/// Reply by reply.
fn all(door: &Door, domain: Option<&str>) -> Result<Vec<NeighbourLine>, Failure> {
    let mut neighbours: Vec<NeighbourLine> = Vec::new();
    loop {
        let after = neighbours.last().map_or(String::new(), |last| last.domain.clone());
        let control = Control::ListNeighbours { after, domain: domain.map(str::to_owned) };
        let Reply::Neighbours { neighbours: mut more } = door.ask(control)? else {
            return Err(Failure::refused("the server answered something else than how things stand"));
        };
        let is_last = more.len() < NEIGHBOURS_MAX;
        neighbours.append(&mut more);
        if is_last {
            return Ok(neighbours);
        }
    }
}

/// How things stand, for whoever asks through either door.
pub async fn neighbours(hub: &Hub, after: &str, domain: Option<&str>) -> Result<Reply, NotDone> {
    let standings = match domain {
        Some(domain) => vec![hub.standing(&terms::read_domain(domain).map_err(NotDone::Refused)?).await],
        None => hub.standings(after, NEIGHBOURS_MAX).await,
    };
    Ok(Reply::Neighbours { neighbours: standings.into_iter().map(line).collect() })
}

fn line(standing: Standing) -> NeighbourLine {
    let said = standing.said();
    let Standing { domain, streams, record, waiting_bytes, rule, wrong } = standing;
    let record = record.unwrap_or_default();
    NeighbourLine {
        domain: domain.to_string(),
        streams: streams.iter().map(stream).collect(),
        waiting_bytes,
        good: record.good_at.map(time::write),
        bad: record.bad_at.map(time::write),
        failures: record.failures,
        round_trip_ms: record.round_trip.map(|micros| micros / 1000),
        rule,
        wrong,
        said,
    }
}

fn stream(line: &Line) -> StreamLine {
    StreamLine {
        way: line.heading.name().to_owned(),
        tls: line.tls.to_owned(),
        proof: line.proof.to_owned(),
        acknowledged: line.is_managed,
        since: time::write(line.since),
    }
}

/// A service, and below it what there is to say.
fn as_text(line: &NeighbourLine) -> String {
    let said = line.said.iter().map(|said| format!("  {said}\n"));
    format!("{}\n{}", line.domain, said.collect::<String>())
}
