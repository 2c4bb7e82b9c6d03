//! A file as the body of an answer: read piece by piece, each when the one before is on its way.

use super::range::Part;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes read at a time.
const PIECE_BYTES: u64 = 64 * 1024;

/// That part of a file.
pub(super) fn of(file: File, part: Part) -> Body {
    Body::new(Reading { file: Arc::new(file), part, piece: None })
}

struct Reading {
    file: Arc<File>,
    /// What is left.
    part: Part,
    piece: Option<JoinHandle<io::Result<Bytes>>>,
}

impl HttpBody for Reading {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.part.len() == 0 {
            return Poll::Ready(None);
        }
        let (file, part) = (self.file.clone(), self.part);
        let piece = self.piece.get_or_insert_with(|| spawn_blocking(move || read(&file, part)));
        let read = ready!(Pin::new(piece).poll(cx)).unwrap_or_else(|error| Err(io::Error::other(error)));
        self.piece = None;
        if let Ok(bytes) = &read {
            self.part.from += bytes.len() as u64;
        }
        Poll::Ready(Some(read.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.part.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.part.len())
    }
}

/// The first piece of a part. A file that is shorter than its row says fails.
fn read(file: &File, part: Part) -> io::Result<Bytes> {
    let len = usize::try_from(part.len().min(PIECE_BYTES)).expect("a piece fits into memory");
    let mut piece = vec![0; len];
    file.read_exact_at(&mut piece, part.from)?;
    Ok(piece.into())
}
