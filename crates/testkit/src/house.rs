//! A whole server in this process: store, owners, TLS and sockets are real, the clock is ours.

use crate::client::{Security, Target, any_certificate};
use features::registration::{self, Request};
use features::service::Service;
use hub::{Clock, Hub};
use net::{Certificates, Clients, Gate, Ports, Server, Source};
use std::path::Path;
use std::sync::Arc;
use store::Store;
use tempfile::TempDir;

/// When time begins in a test: a Tuesday in November 2026, in microseconds.
pub const BEGINNING: i64 = 1_795_564_800_000_000;

/// A running server.
pub struct House {
    hub: Hub,
    server: Server,
    target: Target,
    _dir: TempDir,
}
