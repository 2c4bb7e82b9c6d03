//! The floor: what TLS, the kernel and the runtime cost before any XMPP is done.
//!
//! A client connects by TLS, sends its number as [`GREETING_BYTES`] digits, gets a `+`, and from
//! then on whatever it sends goes to the client whose number differs in the lowest bit.

use crate::Outcome;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::ready;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How many digits a client begins with.
pub const GREETING_BYTES: usize = 6;

/// Where and with what the relay listens.
#[derive(clap::Args)]
pub struct Relay {
    /// Address and port.
    #[arg(long)]
    listen: SocketAddr,
    /// The certificate, PEM.
    #[arg(long)]
    certificate: PathBuf,
    /// Its key, PEM.
    #[arg(long)]
    key: PathBuf,
}

type Writer = Arc<tokio::sync::Mutex<WriteHalf<TlsStream<TcpStream>>>>;
type Clients = Arc<Mutex<HashMap<u32, Writer>>>;

impl Relay {
    /// Relays until it is killed.
    ///
    /// # Errors
    /// When the certificate cannot be used or the address is taken.
    pub async fn run(self) -> Outcome<()> {
        let chain = CertificateDer::pem_file_iter(&self.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let config =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_protocol_versions(&[&rustls::version::TLS13])?
                .with_no_client_auth()
                .with_single_cert(chain, key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(self.listen).await?;
        let clients = Clients::default();
        loop {
            let (tcp, _) = listener.accept().await?;
            tokio::spawn(serve(tcp, acceptor.clone(), clients.clone()));
        }
    }
}

/// One client, from its handshake to its end. A broken connection is nobody's news.
async fn serve(tcp: TcpStream, acceptor: TlsAcceptor, clients: Clients) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut tls = acceptor.accept(tcp).await?;
    let mut greeting = [0; GREETING_BYTES];
    tls.read_exact(&mut greeting).await?;
    let number: u32 = std::str::from_utf8(&greeting).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    tls.write_all(b"+").await?;
    tls.flush().await?;
    let (reader, writer) = tokio::io::split(tls);
    let writer: Writer = Arc::new(tokio::sync::Mutex::new(writer));
    lock(&clients).insert(number, writer.clone());
    let outcome = pass(reader, number ^ 1, &clients).await;
    let _ = writer.lock().await.shutdown().await;
    let mut known = lock(&clients);
    if known.get(&number).is_some_and(|current| Arc::ptr_eq(current, &writer)) {
        known.remove(&number);
    }
    outcome
}

async fn pass(mut reader: ReadHalf<TlsStream<TcpStream>>, partner: u32, clients: &Clients) -> io::Result<()> {
    loop {
        let bytes = read_some(&mut reader).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        let writer = lock(clients).get(&partner).cloned();
        if let Some(writer) = writer {
            let mut writer = writer.lock().await;
            writer.write_all(&bytes).await?;
            writer.flush().await?;
        }
    }
}

/// Reads through a buffer on the stack, so that a client that is silent owns none.
async fn read_some(reader: &mut ReadHalf<TlsStream<TcpStream>>) -> io::Result<Vec<u8>> {
    std::future::poll_fn(|context| {
        let mut buffer = [0; 16 * 1024];
        let mut read = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut *reader).poll_read(context, &mut read))?;
        io::Result::Ok(read.filled().to_vec()).into()
    })
    .await
}

fn lock(clients: &Clients) -> std::sync::MutexGuard<'_, HashMap<u32, Writer>> {
    clients.lock().unwrap_or_else(PoisonError::into_inner)
}
