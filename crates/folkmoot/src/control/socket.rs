//! The server's side of the control socket.

use super::{Control, Reply};
use std::fs::Permissions;
use std::future::Future;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

/// Conversations at a time; more wait in the socket's queue.
const CONVERSATIONS_MAX: usize = 16;
/// The longest request, in bytes: a password and a name are far shorter.
const REQUEST_BYTES_MAX: u64 = 65_536;
/// How long a peer may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A bound control socket. Its file goes with it.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

impl Socket {
    /// Binds the socket and takes the place of one that a server before left. The caller holds the
    /// lock of the data folder, so that no other server is using it.
    ///
    /// # Errors
    /// When the folder cannot be written or the path is longer than the system allows.
    pub fn bind(path: &Path) -> io::Result<Socket> {
        // Bound aside and moved, so that at its place there is never a socket open to others.
        let aside = path.with_extension("new");
        match std::fs::remove_file(&aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&aside)?;
        std::fs::set_permissions(&aside, Permissions::from_mode(0o600))?;
        let owner = std::fs::metadata(&aside)?.uid();
        std::fs::rename(&aside, path)?;
        Ok(Socket { listener, path: path.into(), owner })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // One that cannot be removed is replaced at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Answers requests until dropped.
pub async fn serve<H, F>(socket: Socket, handler: H)
where
    H: Fn(Control) -> F + Clone + Send + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let mut conversations = JoinSet::new();
    loop {
        while conversations.len() >= CONVERSATIONS_MAX {
            conversations.join_next().await;
        }
        match socket.listener.accept().await {
            Ok((peer, _)) => match peer.peer_cred() {
                // The mode of the file says the same; this holds even in a folder moved about.
                Ok(who) if who.uid() == socket.owner || who.uid() == 0 => {
                    conversations.spawn(converse(peer, handler.clone()));
                }
                _ => tracing::warn!("someone who is not the server's user knocked at the control socket"),
            },
            Err(error) => {
                tracing::warn!(%error, "the control socket accepts nobody for a moment");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        while conversations.try_join_next().is_some() {}
    }
}

/// Request and reply, until the peer goes or says something too long.
async fn converse<H, F>(peer: UnixStream, handler: H)
where
    H: Fn(Control) -> F,
    F: Future<Output = Reply>,
{
    let (reader, mut writer) = peer.into_split();
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut reader).take(REQUEST_BYTES_MAX);
        match tokio::time::timeout(SILENCE_MAX, limited.read_until(b'\n', &mut line)).await {
            Ok(Ok(read)) if read > 0 => {}
            _ => return,
        }
        let is_whole = line.last() == Some(&b'\n');
        let reply = match serde_json::from_slice::<Control>(&line) {
            _ if !is_whole => refused("the request is too long or broken off"),
            Ok(control) => handler(control).await,
            // The error is not repeated: it may quote a password.
            Err(_) => refused("the request is not understood; is the server of another version?"),
        };
        let mut text = serde_json::to_vec(&reply).expect("a reply is JSON");
        text.push(b'\n');
        if writer.write_all(&text).await.is_err() || !is_whole {
            return;
        }
    }
}

fn refused(sentence: &str) -> Reply {
    Reply::Refused { sentence: sentence.to_owned() }
}
