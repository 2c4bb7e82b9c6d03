//! How many people are here, counted once in an hour: whoever opens a page must not make the store count.

use crate::Site;
use arc_swap::ArcSwapOption;
use features::login::usage::{Usage, usage};
use std::sync::Arc;

/// For how long a count holds, in microseconds.
const HOLDS_MICROS: i64 = 3_600_000_000;

/// What was counted last, and when.
#[derive(Default)]
pub(crate) struct Known(ArcSwapOption<(i64, Usage)>);

impl Site {
    /// How many people are here. Where the store cannot say, it is what it was, or nobody.
    pub(crate) async fn usage(&self) -> Usage {
        let now = self.hub().clock().now();
        let known = self.usage.0.load_full();
        if let Some(known) = known.as_ref().filter(|known| now - known.0 < HOLDS_MICROS) {
            return known.1;
        }
        match usage(self.hub().store(), now).await {
            Ok(counted) => {
                self.usage.0.store(Some(Arc::new((now, counted))));
                counted
            }
            Err(fault) => {
                tracing::warn!(%fault, "the people cannot be counted; pages show what was counted last");
                known.map(|known| known.1).unwrap_or_default()
            }
        }
    }
}
