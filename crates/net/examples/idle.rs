//! What an idle connection costs: `cargo run --release -p net --example idle -- tls 3000`.
//!
//! Modes: `tls` is ours, `plain` has no TLS (the floor of runtime and socket), `buffered` is the usual
//! tokio-rustls. The clients are a child process, so that only the server's memory is counted. Each
//! connection is one task, has exchanged a stanza's worth of bytes both ways and waits for more.
#![allow(clippy::unwrap_used)]

use bytes::BytesMut;
use net::{Certificates, Gate, Limits, Listener, Offer, Source, Wire};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

const STANZA: [u8; 400] = [b'x'; 400];
static READY: AtomicUsize = AtomicUsize::new(0);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["clients", mode, count, address, pem] => {
            runtime.block_on(clients(mode == "plain", count.parse().unwrap(), address.parse().unwrap(), pem));
        }
        [mode @ ("tls" | "plain" | "buffered"), count] => runtime.block_on(serve(mode, count.parse().unwrap())),
        _ => eprintln!("idle tls|plain|buffered COUNT"),
    }
}

#[expect(clippy::disallowed_methods, reason = "a program has a clock of its own")]
async fn serve(mode: &str, count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let source = Source::SelfSigned { folder: folder.path().to_owned() };
    let certificates = Certificates::open(source, &["example.org"], now.try_into().unwrap()).unwrap();
    let many = u32::try_from(count).unwrap();
    let gate = Gate::new(Limits { per_address: many, rate_per_second: many, burst: many, total: many });
    let listener = Listener::bind("127.0.21.9:0".parse().unwrap(), gate).unwrap();
    let pem = folder.path().join("self-signed.pem");
    let acceptor = buffered(&pem);

    let address = listener.address().to_string();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["clients", mode, &count.to_string(), &address, pem.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (before, mut tasks) = (rss_kib(), Vec::with_capacity(count));
    for _ in 0..count {
        let accepted = listener.accept(Instant::now).await;
        let (offer, acceptor) = (certificates.direct(), acceptor.clone());
        let permit = accepted.permit;
        let tcp = accepted.tcp;
        tasks.push(match mode {
            "buffered" => tokio::spawn(async move {
                usual(tcp, acceptor).await;
                drop(permit);
            }),
            _ => {
                let offer = (mode == "tls").then_some(offer);
                tokio::spawn(async move {
                    ours(tcp, offer).await;
                    drop(permit);
                })
            }
        });
    }
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    while READY.load(Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let each = (rss_kib() - before) * 1024 / count;
    println!("{mode}: {each} bytes of RSS for each of {count} idle connections ({before} KiB before)");
    drop(child.stdin.take());
    child.wait().unwrap();
    for task in tasks {
        task.abort();
    }
}

async fn ours(tcp: TcpStream, offer: Option<Arc<Offer>>) {
    let mut wire = match offer {
        // Boxed: the handshake's future is large and is gone after it.
        Some(offer) => Box::pin(Wire::direct(tcp, &offer)).await.unwrap(),
        None => Wire::plain(tcp).unwrap(),
    };
    drop(wire.take_channel());
    loop {
        let mut into = BytesMut::new();
        if wire.read(&mut into).await.unwrap_or(0) == 0 {
            return;
        }
        wire.write(&into).unwrap();
        drop(into);
        wire.flush().await.unwrap();
        READY.fetch_add(1, Relaxed);
    }
}

async fn usual(tcp: TcpStream, acceptor: TlsAcceptor) {
    let mut tls = Box::pin(acceptor.accept(tcp)).await.unwrap();
    loop {
        let mut into = [0; 1];
        if tls.read_exact(&mut into).await.is_err() {
            return;
        }
        let mut rest = vec![0; STANZA.len() - 1];
        tls.read_exact(&mut rest).await.unwrap();
        tls.write_all(&STANZA).await.unwrap();
        tls.flush().await.unwrap();
        READY.fetch_add(1, Relaxed);
    }
}

fn buffered(pem: &std::path::Path) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(pem).unwrap()];
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(pem).unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn clients(plain: bool, count: usize, address: SocketAddr, pem: &str) {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pem).unwrap()).unwrap();
    let config = Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth());
    let connector = TlsConnector::from(config);
    let mut open: Vec<Box<dyn std::any::Any>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        tcp.set_nodelay(true).unwrap();
        let mut back = [0; STANZA.len()];
        if plain {
            tcp.write_all(&STANZA).await.unwrap();
            tcp.read_exact(&mut back).await.unwrap();
            open.push(Box::new(tcp));
        } else {
            let name = ServerName::try_from("example.org").unwrap();
            let mut tls = connector.connect(name, tcp).await.unwrap();
            tls.write_all(&STANZA).await.unwrap();
            tls.read_exact(&mut back).await.unwrap();
            open.push(Box::new(tls));
        }
    }
    println!("all are in");
    std::io::stdout().flush().unwrap();
    // Until the server has counted.
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

fn rss_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
