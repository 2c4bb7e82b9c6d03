//! The numbers for what collects them: OpenMetrics over HTTP, on an address of this machine alone. One at a time is
//! served, and not for long: it is for one collector, and can keep nothing else busy.

use super::figures::{Family, Kind, Source};
use crate::failure::Failure;
use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a request that are read.
const HEAD_BYTES_MAX: u64 = 8192;
/// After nobody could be let in.
const BACK_OFF: Duration = Duration::from_millis(200);

/// Listens.
///
/// # Errors
/// When the address cannot be had.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::refused(format!(
            "{address} cannot be had for metrics: {error}. Change `listen` under [metrics], or stop what has it"
        ))
    })
}

/// Answers until dropped.
pub async fn serve(listener: TcpListener, source: Source) {
    loop {
        match listener.accept().await {
            // Whoever is too slow, or gone, asks again.
            Ok((peer, _)) => drop(timeout(PATIENCE, answer(peer, &source)).await),
            Err(error) => {
                tracing::warn!(%error, "nobody is let in to read metrics for a moment");
                sleep(BACK_OFF).await;
            }
        }
    }
}

async fn answer(mut peer: TcpStream, source: &Source) -> io::Result<()> {
    let (reader, mut writer) = peer.split();
    let mut reader = BufReader::new(reader.take(HEAD_BYTES_MAX));
    let mut request = String::new();
    reader.read_line(&mut request).await?;
    let mut line = String::new();
    while reader.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let answer = respond(&request, || as_open_metrics(&source.read()));
    writer.write_all(answer.as_bytes()).await?;
    writer.shutdown().await
}

/// The answer to a request, by its first line.
fn respond(request: &str, metrics: impl FnOnce() -> String) -> String {
    let mut words = request.split_whitespace();
    let (status, kind, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/metrics")) => {
            ("200 OK", "application/openmetrics-text; version=1.0.0; charset=utf-8", metrics())
        }
        (Some("GET"), _) => ("404 Not Found", "text/plain", "The numbers are at /metrics.\n".to_owned()),
        _ => ("405 Method Not Allowed", "text/plain", "GET /metrics\n".to_owned()),
    };
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
fn as_open_metrics(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families {
        let (kind, suffix) = match family.kind {
            Kind::Gauge => ("gauge", ""),
            Kind::Counter => ("counter", "_total"),
        };
        let Family { name, about, by, .. } = family;
        let mut line =
            |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").expect("writing to a string does not fail");
        line(format_args!("# TYPE folkmoot_{name} {kind}"));
        line(format_args!("# HELP folkmoot_{name} {about}."));
        for figure in &family.figures {
            match &figure.of {
                Some(of) => line(format_args!("folkmoot_{name}{suffix}{{{by}=\"{of}\"}} {}", figure.value)),
                None => line(format_args!("folkmoot_{name}{suffix} {}", figure.value)),
            }
        }
    }
    text + "# EOF\n"
}

#[cfg(test)]
mod tests {
    use super::super::figures::Figure;
    use super::*;

    #[test]
    fn numbers_are_written_as_collectors_read_them() {
        let one = |of: Option<&str>, value| Figure { of: of.map(str::to_owned), value };
        let family = |name: &str, by: &str, kind, figures| Family {
            name: name.into(),
            about: "What it is".into(),
            by: by.into(),
            kind,
            figures,
        };
        let families = [
            family("sessions", "", Kind::Gauge, vec![one(None, 3)]),
            family("refused", "limit", Kind::Counter, vec![one(Some("connections"), 7)]),
        ];
        let expected = "# TYPE folkmoot_sessions gauge\n# HELP folkmoot_sessions What it is.\nfolkmoot_sessions 3\n\
                        # TYPE folkmoot_refused counter\n# HELP folkmoot_refused What it is.\n\
                        folkmoot_refused_total{limit=\"connections\"} 7\n# EOF\n";
        assert_eq!(as_open_metrics(&families), expected);
    }

    #[test]
    fn nothing_else_is_answered() {
        let metrics = || "numbers".to_owned();
        assert!(respond("GET /metrics HTTP/1.1\r\n", metrics).ends_with("\r\n\r\nnumbers"));
        assert!(respond("GET / HTTP/1.1\r\n", metrics).starts_with("HTTP/1.1 404 "));
        assert!(respond("POST /metrics HTTP/1.1\r\n", metrics).starts_with("HTTP/1.1 405 "));
        assert!(respond("", metrics).starts_with("HTTP/1.1 405 "));
    }
}
