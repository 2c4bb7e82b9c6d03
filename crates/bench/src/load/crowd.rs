//! Many short jobs, a few at the same time.

use crate::Outcome;
use std::cell::Cell;
use std::pin::Pin;
use std::task::Poll;

/// Runs `job` for 0 to `count`, at most `at_once` at a time, all on this thread.
///
/// # Errors
/// The first error of a job; the jobs beside it are dropped.
pub async fn for_each(count: usize, at_once: usize, job: impl AsyncFn(usize) -> Outcome<()>) -> Outcome<()> {
    let next = Cell::new(0);
    let worker = async || {
        loop {
            let number = next.get();
            if number >= count {
                return Ok(());
            }
            next.set(number + 1);
            job(number).await?;
        }
    };
    let mut workers: Vec<_> = (0..at_once).map(|_| Some(Box::pin(worker()))).collect();
    std::future::poll_fn(|context| {
        for slot in &mut workers {
            let Some(worker) = slot else { continue };
            match Pin::as_mut(worker).poll(context) {
                Poll::Ready(Ok(())) => *slot = None,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
        }
        if workers.iter().all(Option::is_none) { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}
