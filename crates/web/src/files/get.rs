//! Fetching a file.

use super::range::Part;
use super::{OVER, Refusal, body, find};
use crate::Site;
use axum::body::Body;
use axum::extract::{self, Path};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use features::upload::files::{File, State};
use features::upload::name::percent_encode;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// What a browser shows by itself without running anything of it (`image/svg+xml` is not among them).
const SHOWN: [&str; 20] = [
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/webm",
    "audio/x-m4a",
    "image/apng",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/ogg",
    "video/webm",
];

/// The type of everything else.
const OPAQUE: &str = "application/octet-stream";

/// A file does not change, and is for those who have its address.
const UNCHANGING: &str = "private, max-age=31536000, immutable";

/// Answers GET and HEAD. The router takes the body of the latter away.
pub(super) async fn answer(
    extract::State(site): extract::State<Arc<Site>>,
    Path((token, name)): Path<(String, String)>,
    head: HeaderMap,
) -> Result<Response, Refusal> {
    let file = find(&site, (&token, &name)).await?;
    match file.state {
        State::Slot => return Err(Refusal(StatusCode::NOT_FOUND, "There is no file here.")),
        // To the second, whatever is still on the disk.
        State::There if file.expires_at > site.hub().clock().now() => {}
        State::There | State::Gone => return Err(OVER),
    }
    let tag = tag(&file);
    if head.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        let same = [(header::ETAG, tag), (header::CACHE_CONTROL, UNCHANGING.to_owned())];
        return Ok((StatusCode::NOT_MODIFIED, same).into_response());
    }
    let Some(part) = Part::asked(&head, &tag, file.bytes) else {
        let whole = [(header::CONTENT_RANGE, format!("bytes */{}", file.bytes))];
        return Ok((whole, Refusal(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no such part.")).into_response());
    };
    match open(&site, &file).await {
        Ok(Some(opened)) => Ok(show(&file, tag, part, body::of(opened, part))),
        Ok(None) => Err(OVER),
        Err(error) => {
            tracing::error!(error, "a file could not be read");
            let sentence = "The service cannot read files right now. Try again in a while.";
            Err(Refusal(StatusCode::SERVICE_UNAVAILABLE, sentence))
        }
    }
}

async fn open(site: &Site, file: &File) -> Result<Option<std::fs::File>, String> {
    let (blobs, name) = (site.hub().store().blobs().clone(), file.blob);
    let opened = spawn_blocking(move || blobs.read(name)).await.map_err(|error| error.to_string())?;
    opened.map_err(|error| error.to_string())
}

fn show(file: &File, tag: String, part: Part, body: Body) -> Response {
    let kind = file.media_type.as_deref().filter(|kind| SHOWN.contains(kind));
    let mut head: Vec<(HeaderName, String)> = vec![
        (header::CONTENT_TYPE, kind.unwrap_or(OPAQUE).to_owned()),
        (header::CONTENT_DISPOSITION, disposition(kind.is_some(), &file.name)),
        (header::CONTENT_LENGTH, part.len().to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, UNCHANGING.to_owned()),
        (header::ETAG, tag),
    ];
    let status = match part.is_whole() {
        true => StatusCode::OK,
        false => {
            head.push((header::CONTENT_RANGE, part.content_range()));
            StatusCode::PARTIAL_CONTENT
        }
    };
    let mut answer = (status, body).into_response();
    for (name, value) in head {
        let value = value.try_into().expect("names are percent-encoded, types are tokens, the rest is ours");
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// RFC 6266: shown or saved, and under which name.
fn disposition(is_shown: bool, name: &str) -> String {
    let mut text = format!("{}; filename*=UTF-8''", if is_shown { "inline" } else { "attachment" });
    percent_encode(name, &mut text);
    text
}

/// The same for the same file; it tells nothing that the address does not.
fn tag(file: &File) -> String {
    let hex: String = file.blob.0[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}
