//! Where else a client can connect (XEP-0156), in both forms.

use super::WebUrl;
use super::route::{BOSH_PATH, WEBSOCKET_PATH};
use bytes::Bytes;

const WEBSOCKET: &str = "urn:xmpp:alt-connections:websocket";
const XBOSH: &str = "urn:xmpp:alt-connections:xbosh";

/// The documents, as they are sent.
pub(crate) struct HostMeta {
    /// XML (RFC 6415), which XEP-0156 §2.2 demands.
    pub(crate) xrd: Bytes,
    /// JSON.
    pub(crate) jrd: Bytes,
}

impl HostMeta {
    /// For a service that is reached under `url`.
    pub(crate) fn new(url: &WebUrl) -> HostMeta {
        let websocket = format!("wss://{}{WEBSOCKET_PATH}", url.authority());
        let xbosh = format!("{url}{BOSH_PATH}");
        let xrd = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n  \
             <Link rel='{WEBSOCKET}' href='{websocket}'/>\n  <Link rel='{XBOSH}' href='{xbosh}'/>\n</XRD>\n"
        );
        let jrd = format!(
            "{{\"links\":[{{\"rel\":\"{WEBSOCKET}\",\"href\":\"{websocket}\"}},\
             {{\"rel\":\"{XBOSH}\",\"href\":\"{xbosh}\"}}]}}\n"
        );
        HostMeta { xrd: xrd.into(), jrd: jrd.into() }
    }
}
