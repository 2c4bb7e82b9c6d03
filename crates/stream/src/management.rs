//! The elements of stream management (XEP-0198) as they are written.

use crate::ask::Enabled;
use xmpp::{Condition, Writer, ns};

/// XEP-0198 §3
pub(crate) fn enabled(enabled: &Enabled, w: &mut Writer) {
    w.open("enabled", ns::SM);
    if let Some(id) = &enabled.id {
        w.attr("id", id.as_str()).attr("resume", "true").attr("max", &enabled.max_seconds.to_string());
    }
    w.close();
}

/// XEP-0198 §5
pub(crate) fn resumed(previous: &str, h: u32, w: &mut Writer) {
    w.open("resumed", ns::SM).attr("h", &h.to_string()).attr("previd", previous).close();
}

/// XEP-0198 §6: it did not work. `h` is told where it is still known (XEP-0198 §5).
pub(crate) fn failed(condition: Condition, h: Option<u32>, w: &mut Writer) {
    w.open("failed", ns::SM).attr_some("h", h.map(|h| h.to_string()).as_deref());
    w.empty(condition.name(), ns::STANZA_ERRORS).close();
}

/// An `xs:boolean` attribute (XEP-0198 §3).
pub(crate) fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("true" | "1"))
}
