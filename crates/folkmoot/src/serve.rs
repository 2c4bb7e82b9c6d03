//! `folkmoot serve`: the steps of a start, what is told at the start, signals, and the end.

use crate::account;
use crate::config::{CertificateSource, Config, Network};
use crate::control::{self, Control, Reply, Socket};
use crate::data_folder;
use crate::failure::Failure;
use crate::observe::{self, LevelSwitch};
use crate::wire::{Wired, wire};
use hub::Hub;
use std::net::SocketAddr;
use store::Store;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until told to stop.
///
/// # Errors
/// When a step of the start fails.
pub fn run(config: Config, json: bool) -> Result<(), Failure> {
    let level = observe::start(config.log_level, config.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::refused(format!("no runtime: {error}")))?;
    runtime.block_on(serve(config, json, &level))
}

/// The steps. What is started first ends last.
async fn serve(config: Config, json: bool, level: &LevelSwitch) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let store = data_folder::open(&config.data).map_err(|error| Failure::refused(error.to_string()))?;
    let wired = wire(&config, &store).await.map_err(Failure::refused)?;
    let socket = bind_control(&config)?;
    let control = tokio::task::JoinSet::from_iter([control::serve(
        socket,
        handler(wired.hub().clone()),
    )]);
    tell(&config, &store, json).await;
    let mut config = config;
    while signals.next().await == Told::Reload {
        config = reload(config, &wired, level);
    }
    tracing::info!("stopping");
    drop(control);
    wired.stop().await;
    Ok(())
}

/// Answers the control socket: acts through the owners.
fn handler(hub: Hub) -> impl Fn(Control) -> std::pin::Pin<Box<dyn Future<Output = Reply> + Send>> + Clone + Send + 'static {
    move |control| {
        let hub = hub.clone();
        Box::pin(async move { account::act(&hub, control).await })
    }
}

fn bind_control(config: &Config) -> Result<Socket, Failure> {
    let path = control::socket_path(&config.data);
    Socket::bind(&path).map_err(|error| {
        Failure::refused(format!(
            "the control socket {} cannot be made: {error}. A path over 100 bytes is too long for it: choose a shorter data folder",
            path.display()
        ))
    })
}

/// Reads the file again. What is wrong with the new one is logged, and the old one stays.
fn reload(old: Config, wired: &Wired, level: &LevelSwitch) -> Config {
    let new = match Config::load(old.file.as_deref(), Network::of_this_machine()) {
        Ok(new) => new,
        Err(problems) => {
            for problem in &problems.0 {
                tracing::error!(%problem, "the new configuration is wrong; the old one stays");
            }
            return old;
        }
    };
    for name in old.needs_restart(&new) {
        tracing::warn!(name, "changed in the file; it takes effect at the next start");
    }
    let new = Config {
        domain: old.domain.clone(),
        data: old.data.clone(),
        starttls: old.starttls.clone(),
        tls: old.tls.clone(),
        log_format: old.log_format,
        ..new
    };
    if let Err(sentence) = wired.reload(&new) {
        tracing::error!(sentence, "the new configuration cannot be used; the old one stays");
        return old;
    }
    level.set(new.log_level);
    tracing::info!("the configuration was read again");
    new
}

/// Says what is served, to the one who started it.
async fn tell(config: &Config, store: &Store, json: bool) {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let certificate = match &config.certificate {
        CertificateSource::OwnMade => "made by this server, signed by itself".to_owned(),
        CertificateSource::Files { chain, .. } => chain.display().to_string(),
    };
    if json {
        let line = serde_json::json!({
            "event": "serving", "domain": config.domain.as_str(), "starttls": config.starttls, "tls": config.tls,
            "data": data, "certificate": certificate, "process": std::process::id(),
        });
        println!("{line}");
        return;
    }
    println!("Folkmoot {} serves {}", env!("CARGO_PKG_VERSION"), config.domain);
    println!("  STARTTLS     {}", list(&config.starttls));
    println!("  TLS          {}", list(&config.tls));
    println!("  data         {}", data.display());
    println!("  certificate  {certificate}");
    let has_accounts = account::any(store).await.unwrap_or(true);
    if !has_accounts {
        println!(
            "There is no account yet. Add one from another terminal:\n  {} account add NAME",
            this_command(config)
        );
    }
}

fn list(addresses: &[SocketAddr]) -> String {
    if addresses.is_empty() {
        return "nowhere".to_owned();
    }
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// This program as it was called, with the configuration it was given.
fn this_command(config: &Config) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "folkmoot".to_owned());
    match &config.file {
        Some(file) => format!("{program} --config {}", file.display()),
        None => program,
    }
}

/// What a signal means.
#[derive(PartialEq, Eq)]
enum Told {
    Stop,
    Reload,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> Result<Signals, Failure> {
        let on = |kind| signal(kind).map_err(|error| Failure::refused(format!("no signals: {error}")));
        Ok(Signals {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hangup: on(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.hangup.recv() => Told::Reload,
        }
    }
}
