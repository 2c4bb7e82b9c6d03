//! Putting a file into its slot. Nothing of it can be fetched before all of it is on the disk.

use super::{OVER, Refusal, find};
use crate::Site;
use axum::body::{Body, HttpBody};
use axum::extract::{self, Path, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use features::upload::files::{self, File, State};
use features::upload::{FREE_BYTES, SLOT_SECONDS, media_type};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::{BlobError, CommitError, Incoming};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Bytes that are gathered before they go to the disk.
const PIECE_BYTES: usize = 256 * 1024;
/// Seconds without a byte after which nobody is waited for.
const SILENCE_SECONDS: u64 = 60;

/// Takes a file (§7).
pub(super) async fn answer(
    extract::State(site): extract::State<Arc<Site>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let file = find(&site, (&token, &name)).await?;
    fits(&site, &file, request.headers())?;
    take(&site, &file, request.into_body()).await.map(|()| StatusCode::CREATED)
}

/// Whether a request may fill the slot, as far as its head says.
fn fits(site: &Site, file: &File, head: &HeaderMap) -> Result<(), Refusal> {
    let now = site.hub().clock().now();
    match file.state {
        State::There => return Err(Refusal(StatusCode::CONFLICT, "There is a file here already.")),
        State::Slot if file.expires_at <= now => return Err(Refusal(StatusCode::GONE, SLOT_SECONDS.sentence)),
        State::Gone => return Err(OVER),
        State::Slot => {}
    }
    let text = |name| head.get(name).and_then(|value| value.to_str().ok());
    let bytes = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let bytes = bytes.ok_or(Refusal(StatusCode::LENGTH_REQUIRED, "Say how long the file is: Content-Length."))?;
    // §7: the client asked for this size, and it is counted.
    if bytes != file.bytes {
        let status = if bytes > file.bytes { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
        return Err(Refusal(status, "The file has another size than its slot."));
    }
    let (wanted, said) = (file.media_type.as_deref(), text(header::CONTENT_TYPE));
    if let (Some(wanted), Some(said)) = (wanted, said)
        && media_type(said).as_deref() != Some(wanted)
    {
        return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The file has another type than its slot."));
    }
    Ok(())
}

/// Writes the file; when this returns it can be fetched, and a power cut does not take it away.
async fn take(site: &Site, file: &File, body: Body) -> Result<(), Refusal> {
    let hub = site.hub();
    let free_bytes = hub.free_bytes().map_err(disk)?;
    if free_bytes < hub.service().limits.of(&FREE_BYTES).saturating_add(file.bytes) {
        return Err(disk(BlobError::Full));
    }
    let (blobs, name) = (hub.store().blobs().clone(), file.blob);
    let incoming = on_disk(move || blobs.begin(name)).await?;
    let time = files::begin(hub.store(), &hub.service().limits, file, hub.clock().now()).await.map_err(slot_lost)?;
    let received = timeout(time, receive(incoming, file.bytes, body)).await;
    let incoming = received.unwrap_or(Err(Refusal(StatusCode::REQUEST_TIMEOUT, "The file comes too slowly.")))?;
    on_disk(move || incoming.finish()).await?;
    if let Err(error) = files::fill(hub.store(), file, hub.clock().now()).await {
        let blobs = hub.store().blobs().clone();
        // If this fails, the end of the slot removes it.
        let _ = on_disk(move || blobs.remove(name)).await;
        return Err(slot_lost(error));
    }
    Ok(())
}

/// Receives exactly so many bytes.
async fn receive(mut incoming: Incoming, bytes: u64, mut body: Body) -> Result<Incoming, Refusal> {
    let mut piece = BytesMut::new();
    loop {
        let next = timeout(Duration::from_secs(SILENCE_SECONDS), frame(&mut body)).await;
        let Ok(next) = next else {
            return Err(Refusal(StatusCode::REQUEST_TIMEOUT, "The rest of the file did not come in time."));
        };
        let Ok(next) = next.transpose() else {
            return Err(Refusal(StatusCode::BAD_REQUEST, "The rest of the file did not come."));
        };
        let is_last = next.is_none();
        piece.extend_from_slice(&next.unwrap_or_default());
        if incoming.bytes() + piece.len() as u64 > bytes {
            return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE, "The file is larger than its slot."));
        }
        if is_last || piece.len() >= PIECE_BYTES {
            let writing = piece.split().freeze();
            incoming = on_disk(move || incoming.write(&writing).map(|()| incoming)).await?;
        }
        if is_last {
            break;
        }
    }
    match incoming.bytes() == bytes {
        true => Ok(incoming),
        false => Err(Refusal(StatusCode::BAD_REQUEST, "The file is smaller than its slot.")),
    }
}

/// The next bytes of a body; none at its end.
async fn frame(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, Refusal> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(BlobError::Disk(error.to_string()))).map_err(disk)
}

/// The slot is one no more: its time is over, or the account is gone.
fn slot_lost(error: CommitError) -> Refusal {
    match error {
        CommitError::Unmet => Refusal(StatusCode::GONE, SLOT_SECONDS.sentence),
        other => disk(BlobError::Disk(other.to_string())),
    }
}

fn disk(error: BlobError) -> Refusal {
    match error {
        BlobError::Busy => Refusal(StatusCode::CONFLICT, "This file is being sent already, over another connection."),
        BlobError::Full => Refusal(StatusCode::INSUFFICIENT_STORAGE, FREE_BYTES.sentence),
        BlobError::Disk(error) => {
            tracing::error!(error, "a file could not be written");
            Refusal(StatusCode::SERVICE_UNAVAILABLE, "The service cannot store files right now. Try again in a while.")
        }
    }
}
