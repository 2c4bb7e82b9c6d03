//! The log: lines on the standard error, for people or as JSON. What people write is never logged,
//! nor passwords, nor whole network addresses.

use crate::config::{LogFormat, LogLevel};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Changes how much is logged.
pub struct LevelSwitch(Box<dyn Fn(LogLevel) + Send + Sync>);

impl LevelSwitch {
    /// From now on.
    pub fn set(&self, level: LogLevel) {
        (self.0)(level);
    }
}

/// Starts the log of this process.
pub fn start(level: LogLevel, format: LogFormat) -> LevelSwitch {
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let builder = builder.with_env_filter(filter(level));
    match format {
        LogFormat::Human => {
            let builder = builder.with_target(false).with_filter_reloading();
            let handle = builder.reload_handle();
            builder.init();
            // It fails only after the log is gone, at the end of the process.
            LevelSwitch(Box::new(move |level| drop(handle.reload(filter(level)))))
        }
        LogFormat::Json => {
            let builder = builder.json().flatten_event(true).with_filter_reloading();
            let handle = builder.reload_handle();
            builder.init();
            LevelSwitch(Box::new(move |level| drop(handle.reload(filter(level)))))
        }
    }
}

fn filter(level: LogLevel) -> EnvFilter {
    EnvFilter::new(match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    })
}
