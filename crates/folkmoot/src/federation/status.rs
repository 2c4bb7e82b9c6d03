//! `folkmoot federation status`: how things stand with other services.

use super::read_domain;
use crate::account::Door;
use crate::config::Config;
use crate::control::{Control, NEIGHBOURS_MAX, NeighbourLine, Reply, StreamLine};
use crate::failure::Failure;
use features::terms;
use hub::{Heading, Hub, Line, NotDone, Standing};
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
    Ok(Reply::Neighbours { neighbours: standings.into_iter().map(|standing| line(hub, standing)).collect() })
}

fn line(hub: &Hub, standing: Standing) -> NeighbourLine {
    let wrong = hub.wrong_with(&standing);
    let Standing { domain, streams, record, waiting_bytes, .. } = standing;
    let record = record.unwrap_or_default();
    NeighbourLine {
        rule: hub.rules().of(&domain, hub.clock().now()).map(|rule| rule.action.words()),
        domain: domain.to_string(),
        streams: streams.iter().map(stream).collect(),
        waiting_bytes,
        good: record.good_at.map(time::write),
        bad: record.bad_at.map(time::write),
        failures: record.failures,
        round_trip_ms: record.round_trip.map(|micros| micros / 1000),
        wrong,
    }
}

fn stream(line: &Line) -> StreamLine {
    StreamLine {
        way: match line.heading {
            Heading::In => "in",
            Heading::Out => "out",
            Heading::Both => "both",
        }
        .to_owned(),
        tls: line.tls.to_owned(),
        proof: line.proof.to_owned(),
        acknowledged: line.is_managed,
        since: time::write(line.since),
    }
}

/// A service, and below it what there is to say.
fn as_text(line: &NeighbourLine) -> String {
    let mut text = format!("{}\n", line.domain);
    let mut say = |what: &str, how: String| text.push_str(&format!("  {what:<11} {how}\n"));
    for stream in &line.streams {
        let acknowledged = if stream.acknowledged { ", acknowledged" } else { "" };
        let StreamLine { way, tls, proof, since, .. } = stream;
        say("stream", format!("{way}, TLS {tls}, proved by {proof}{acknowledged}, since {}", second(since)));
    }
    if line.waiting_bytes > 0 {
        say("waiting", format!("{} bytes", line.waiting_bytes));
    }
    if let Some(rule) = &line.rule {
        say("rule", rule.clone());
    }
    if let Some(good) = &line.good {
        let quick = line.round_trip_ms.map(|ms| format!(", answers in {ms} ms")).unwrap_or_default();
        say("last link", format!("{}{quick}", second(good)));
    }
    if let Some(bad) = line.bad.as_ref().filter(|_| line.failures > 0) {
        say("last failed", format!("{}, {} times since a link was good", second(bad), line.failures));
    }
    line.wrong.iter().for_each(|wrong| say("wrong", wrong.clone()));
    text
}

/// As `2026-11-25T12:00:00`.
fn second(date: &str) -> &str {
    date.get(.."2026-11-25T12:00:00".len()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_a_name_and_what_there_is_to_say() {
        let since = "2026-11-25T12:00:00.000000Z".to_owned();
        let stream = StreamLine {
            way: "both".into(),
            tls: "1.3".into(),
            proof: "certificate".into(),
            acknowledged: true,
            since: since.clone(),
        };
        let line = NeighbourLine {
            domain: "far.example".into(),
            streams: vec![stream],
            waiting_bytes: 0,
            good: Some(since),
            bad: None,
            failures: 0,
            round_trip_ms: Some(42),
            rule: None,
            wrong: vec!["far.example is slow.".into()],
        };
        let text = "far.example\n  stream      both, TLS 1.3, proved by certificate, acknowledged, since 2026-11-25T12:00:00\n  \
                    last link   2026-11-25T12:00:00, answers in 42 ms\n  wrong       far.example is slow.\n";
        assert_eq!(as_text(&line), text);
    }
}
