//! `folkmoot serve`: the steps of a start, what is told at the start, signals, and the end.

use crate::account;
use crate::config::{CertificateSource, Config, Network, With, rooms};
use crate::control::{self, Control, Reply, Socket};
use crate::data_folder;
use crate::failure::Failure;
use crate::observe::{self, LevelSwitch};
use crate::status;
use crate::wire::{self, Wired};
use features::rooms::newcomers;
use hub::Hub;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, interval_at};

const DAY: Duration = Duration::from_secs(86_400);

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
    let hub = wire::owners(&config, &store).await.map_err(Failure::refused)?;
    let sessions = hub.take_up_sessions().await.map_err(|fault| Failure::refused(fault.to_string()))?;
    if sessions > 0 {
        tracing::info!(sessions, "sessions from before the restart wait for their clients");
    }
    hub.introduce_newcomers().await.map_err(|fault| Failure::refused(fault.to_string()))?;
    let wired = wire::wire(&config, hub.clone()).map_err(Failure::refused)?;
    let waiting = hub.restore_outbox().await.map_err(|fault| Failure::refused(fault.to_string()))?;
    tracing::debug!(waiting, "stanzas wait for other servers and for components since the last run");
    let socket = bind_control(&config)?;
    let (acting, figures) = (hub.clone(), wired.figures());
    let numbers = figures.clone();
    let answering = control::serve(socket, move |control| {
        let (hub, figures) = (acting.clone(), numbers.clone());
        async move {
            match control {
                Control::Status => Reply::Status { families: figures.read() },
                control => account::act(&hub, control).await,
            }
        }
    });
    let mut control = JoinSet::new();
    control.spawn(answering);
    if let Some(address) = config.metrics_at {
        control.spawn(status::serve(status::bind(address).await?, figures));
    }
    tell(&config, &wired, &hub, json).await;
    miss_rooms(&hub).await;
    let mut config = config;
    loop {
        match signals.next().await {
            Told::Stop => break,
            Told::Reload => {
                config = reload(config, &wired, level);
                miss_rooms(&hub).await;
            }
            Told::Daily => {
                if let Err(sentence) = wired.renew_certificate() {
                    tracing::error!(sentence, "the certificate cannot be renewed; the old one stays");
                }
            }
        }
    }
    tracing::info!("stopping");
    drop(control);
    wired.stop().await;
    Ok(())
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
        branches: old.branches.clone(),
        components: old.components.clone(),
        data: old.data.clone(),
        starttls: old.starttls.clone(),
        tls: old.tls.clone(),
        https: old.https.clone(),
        servers: old.servers.clone(),
        servers_tls: old.servers_tls.clone(),
        components_at: old.components_at.clone(),
        federation: old.federation.clone(),
        metrics_at: old.metrics_at,
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

/// Says in the log which rooms the configuration names that are not there.
async fn miss_rooms(hub: &Hub) {
    match newcomers::find(hub.store(), &hub.service().newcomer_rooms).await {
        Ok(found) => found.missing.iter().for_each(|room| tracing::error!("{}", rooms::missing(room))),
        Err(fault) => tracing::error!(%fault, "the rooms for newcomers cannot be looked for"),
    }
}

/// Says what is served, to the one who started it.
async fn tell(config: &Config, wired: &Wired, hub: &Hub, json: bool) {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let ports = wired.ports();
    let owner_link = owner_link(config, hub).await;
    if json {
        let line = serde_json::json!({
            "event": "serving", "domain": config.domain.as_str(), "starttls": ports.starttls, "tls": ports.direct,
            "https": ports.https, "url": config.url.to_string(),
            "servers": ports.servers, "servers_tls": ports.servers_direct, "components": ports.components,
            "data": data, "owner_link": owner_link, "fingerprint": wired.fingerprint(), "process": std::process::id(),
        });
        println!("{line}");
        return;
    }
    let certificate = match &config.certificate {
        CertificateSource::OwnMade => "made by this server; clients will ask whether to trust it".to_owned(),
        CertificateSource::Files { chain, .. } => chain.display().to_string(),
    };
    println!("Folkmoot {} serves {}", env!("CARGO_PKG_VERSION"), config.domain);
    println!("  STARTTLS     {}", list(&ports.starttls));
    println!("  TLS          {}", list(&ports.direct));
    println!("  HTTPS        {}", list(&ports.https));
    match config.federation.with {
        With::Everybody | With::Listed => {
            println!("  servers      {} (STARTTLS), {} (TLS)", list(&ports.servers), list(&ports.servers_direct));
        }
        With::Nobody => println!("  servers      none"),
    }
    if !ports.components.is_empty() {
        println!("  components   {}", list(&ports.components));
    }
    println!("  data         {}", data.display());
    println!("  certificate  {certificate}");
    println!("  SHA-256      {}", wired.fingerprint());
    // A store that cannot say is no reason to advise anything.
    let has_accounts = account::any(hub.store()).await.unwrap_or(true);
    if !has_accounts {
        println!(
            "There is no account yet. Add one from another terminal:\n  {} account add NAME",
            this_command(config)
        );
    }
    if let Some(link) = owner_link {
        println!("Nobody owns the service yet. Whoever opens this link in a browser takes it over:\n  {link}");
    }
}

/// The link for the first owner; none if there is one, or no page that it could lead to.
async fn owner_link(config: &Config, hub: &Hub) -> Option<String> {
    if config.https.is_empty() {
        return None;
    }
    match hub.owner_link().await {
        Ok(token) => token.map(|token| web::desk::owner_link(&config.url.to_string(), &token)),
        Err(not_done) => {
            tracing::warn!(why = not_done.sentence(), "there is no link for an owner; the next start tries again");
            None
        }
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

/// What there is to do.
enum Told {
    Stop,
    Reload,
    /// No signal: a day has passed.
    Daily,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    day: Interval,
}

impl Signals {
    fn listen() -> Result<Signals, Failure> {
        let on = |kind| signal(kind).map_err(|error| Failure::refused(format!("no signals: {error}")));
        Ok(Signals {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hangup: on(SignalKind::hangup())?,
            day: interval_at(Instant::now() + DAY, DAY),
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.hangup.recv() => Told::Reload,
            _ = self.day.tick() => Told::Daily,
        }
    }
}
