//! A line between two servers: passes connections on, and breaks, hangs and crawls when it is told to.

use parking_lot::Mutex;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

/// Bytes that are carried at once, so that it may break at any.
const CARRIED_BYTES: usize = 4096;
/// Bytes that a slow line carries at once.
const SLOW_BYTES: usize = 256;

/// What a line is like.
#[derive(Clone, Copy, Debug)]
struct State {
    /// It carries nothing until then.
    stalled: Instant,
    /// It carries so many bytes in a second, until then.
    slow: (usize, Instant),
    /// So many more bytes, and all connections on it break.
    fuse: Option<usize>,
}

/// A line. It ends when it is dropped.
pub struct Line {
    /// Where it begins.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    cut: watch::Sender<u64>,
    task: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    /// A line from any port of `ip` to that address.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn lay(ip: &str, to: SocketAddr) -> io::Result<Line> {
        let listener = TcpListener::bind((ip, 0)).await?;
        let address = listener.local_addr()?;
        let now = Instant::now();
        let state = Arc::new(Mutex::new(State { stalled: now, slow: (0, now), fuse: None }));
        let (cut, _) = watch::channel(0);
        let carrier = Carrier { state: state.clone(), cut: cut.clone() };
        let task = tokio::spawn(async move {
            // Dropped with the line, and all connections with it.
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(carrier.clone().carry(near, to));
            }
        });
        Ok(Line { address, state, cut, task })
    }

    /// All connections break, once so many more bytes are through.
    pub fn cut_after(&self, bytes: usize) {
        self.state.lock().fuse = Some(bytes);
    }

    /// All connections break.
    pub fn cut(&self) {
        self.cut.send_modify(|cut| *cut += 1);
    }

    /// Nothing goes through for a while.
    pub fn stall(&self, time: Duration) {
        self.state.lock().stalled = Instant::now() + time;
    }

    /// So many bytes a second go through, for a while.
    pub fn slow(&self, bytes: usize, time: Duration) {
        self.state.lock().slow = (bytes.max(1), Instant::now() + time);
    }

    /// Nothing is wrong any more.
    pub fn mend(&self) {
        let now = Instant::now();
        *self.state.lock() = State { stalled: now, slow: (0, now), fuse: None };
    }
}

/// What connections on a line share.
#[derive(Clone)]
struct Carrier {
    state: Arc<Mutex<State>>,
    cut: watch::Sender<u64>,
}

impl Carrier {
    async fn carry(self, near: TcpStream, to: SocketAddr) {
        let mut cut = self.cut.subscribe();
        // Whoever is not there is not there for the near side either.
        let Ok(far) = TcpStream::connect(to).await else { return };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        let there = self.pump(near_in, far_out);
        let back = self.pump(far_in, near_out);
        tokio::select! {
            _ = async { tokio::join!(there, back) } => {}
            _ = cut.changed() => {}
        }
    }

    async fn pump(&self, mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) -> io::Result<()> {
        let mut bytes = vec![0; CARRIED_BYTES];
        loop {
            let slow = self.pace();
            let most = if slow.is_some() { SLOW_BYTES } else { CARRIED_BYTES };
            let count = from.read(&mut bytes[..most]).await?;
            if let Some(rate) = slow {
                sleep(Duration::from_secs_f64(count as f64 / rate as f64)).await;
            }
            self.wait().await;
            if count == 0 {
                return to.shutdown().await;
            }
            let (count, burnt) = self.burn(count);
            to.write_all(&bytes[..count]).await?;
            if burnt {
                self.cut.send_modify(|cut| *cut += 1);
            }
        }
    }

    /// How many bytes a second go through, where that is said.
    fn pace(&self) -> Option<usize> {
        let (rate, until) = self.state.lock().slow;
        (until > Instant::now()).then_some(rate)
    }

    async fn wait(&self) {
        loop {
            let until = self.state.lock().stalled;
            if until <= Instant::now() {
                return;
            }
            // It may be mended before.
            sleep_until(until.min(Instant::now() + Duration::from_millis(200))).await;
        }
    }

    /// Of so many bytes, those before the line breaks, and whether it breaks now.
    fn burn(&self, count: usize) -> (usize, bool) {
        let mut state = self.state.lock();
        let Some(fuse) = &mut state.fuse else { return (count, false) };
        let through = count.min(*fuse);
        *fuse -= through;
        let burnt = *fuse == 0;
        if burnt {
            state.fuse = None;
        }
        (through, burnt)
    }
}
