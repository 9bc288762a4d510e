//! `serve`: the app and its API, until somebody stops it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use lexopt::prelude::*;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;

use baton_server::data_folder::DataFolder;
use baton_server::http::assets::Assets;
use baton_server::http::listen::{self, HEAD_MAX};
use baton_server::http::rate::Rates;
use baton_server::http::{self, Config, Site};
use baton_server::lan::{self, Lan};
use baton_server::metrics::{self, Metrics};
use baton_server::storage::Database;
use baton_server::tls::{self, TlsListener};
use baton_server::words::Failure;
use baton_server::{Server, demo, housekeeping, journal, random};

use super::{Result, no_data, origin, path, text, unclear, wait};

/// The demo's password where only this machine reaches the server.
pub const DEMO_PASSWORD: &str = "baton-demo";
/// The file that keeps the demo's password for a network.
const DEMO_PASSWORD_FILE: &str = "demo-password";
/// How long answers that are under way may take when the server stops.
const STOP_MAX: Duration = Duration::from_secs(10);

/// What was typed.
pub struct Options {
    data: PathBuf,
    dist: Option<PathBuf>,
    listen: SocketAddr,
    demo: bool,
    lan: bool,
    public_url: Option<String>,
    tls: Option<(PathBuf, PathBuf)>,
    trusted_proxies: Vec<IpAddr>,
    metrics: Option<SocketAddr>,
}

impl Options {
    /// Reads the words after `serve`.
    pub fn read(mut words: lexopt::Parser) -> Result<Self> {
        let (mut data, mut dist, mut listen) =
            (None, None, SocketAddr::from(([127, 0, 0, 1], 8080)));
        let (mut demo, mut lan, mut public_url) = (false, false, None);
        let (mut certificate, mut key) = (None, None);
        let (mut trusted_proxies, mut metrics) = (Vec::new(), None);
        while let Some(word) = words.next().map_err(unclear)? {
            match word {
                Long("data") => data = Some(path(&mut words)?),
                Long("dist") => dist = Some(path(&mut words)?),
                Long("listen") => listen = address(&text(&mut words)?)?,
                Long("demo") => demo = true,
                Long("lan") => lan = true,
                Long("public-url") => public_url = Some(origin(&text(&mut words)?)?),
                Long("trusted-proxy") => trusted_proxies.push(proxy(&text(&mut words)?)?),
                Long("metrics") => metrics = Some(address(&text(&mut words)?)?),
                Long("tls-cert") => certificate = Some(path(&mut words)?),
                Long("tls-key") => key = Some(path(&mut words)?),
                other => return Err(unclear(other.unexpected())),
            }
        }
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                return Err(Failure::new("`--tls-cert` and `--tls-key` go together")
                    .next("Give both, or neither"));
            }
        };
        if lan && tls.is_some() {
            return Err(Failure::new("`--lan` makes its own certificate")
                .next("Leave `--tls-cert` and `--tls-key` out"));
        }
        Ok(Self {
            data: data.ok_or_else(no_data)?,
            dist,
            listen,
            demo,
            lan,
            public_url,
            tls,
            trusted_proxies,
            metrics,
        })
    }
}

/// Serves until it is told to stop.
pub fn run(options: Options) -> Result<()> {
    let folder = DataFolder::open(&options.data)?;
    // The files first: a build that is not complete is told before anything else happens.
    let assets = match &options.dist {
        Some(dist) => Assets::load(dist)?,
        None => Assets::default(),
    };
    wait(async move {
        let server = Server::open(&folder).await?;
        let door = Door::open(&folder, &options)?;
        let listener = bind(options.listen).await?;
        let demo_password = if options.demo {
            Some(demo_password(&folder, &options)?)
        } else {
            None
        };
        if let Some(password) = &demo_password {
            demo::load(&server, demo::Size::default(), password).await?;
            housekeeping::set_demo_password(&server, password).await?;
        }
        let local = options.listen.ip().is_loopback() && options.public_url.is_none();
        let config = Config {
            public_origin: options.public_url.clone().or_else(|| door.origin.clone()),
            https: door.tls.is_some()
                || options
                    .public_url
                    .as_deref()
                    .is_some_and(|url| url.starts_with("https:")),
            demo: options.demo,
            demo_password: demo_password.clone().filter(|_| is_this_machine(&options)),
            admits_demo: options.demo || local,
            trusted_proxies: options.trusted_proxies.clone(),
            ..Config::default()
        };
        let metrics = match options.metrics {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        greet(&server, &options, &door, demo_password.as_deref()).await?;
        serve(server, config, assets, door, listener, metrics).await
    })
}

/// How connections come in.
struct Door {
    tls: Option<Arc<ServerConfig>>,
    lan: Option<(Lan, SocketAddr)>,
    origin: Option<String>,
}

impl Door {
    fn open(folder: &DataFolder, options: &Options) -> Result<Self> {
        if let Some((certificate, key)) = &options.tls {
            return Ok(Self {
                tls: Some(tls::read_files(certificate, key)?),
                lan: None,
                origin: None,
            });
        }
        if !options.lan {
            return Ok(Self {
                tls: None,
                lan: None,
                origin: None,
            });
        }
        let ip = if options.listen.ip().is_unspecified() {
            lan::own_address()
        } else {
            Some(options.listen.ip())
        };
        let ip = ip.ok_or_else(|| {
            Failure::new("this machine has no address on a local network")
                .next("Connect it to the network, or name the address: `--listen 192.168.1.7:8443`")
        })?;
        let address = SocketAddr::new(ip, options.listen.port());
        let lan = Lan::open(folder, address)?;
        let tls = Some(Arc::clone(&lan.tls));
        // Somebody may open it by another name of this machine; so the origin is not pinned.
        Ok(Self {
            tls,
            lan: Some((lan, address)),
            origin: None,
        })
    }
}

async fn serve(
    server: Server,
    config: Config,
    assets: Assets,
    door: Door,
    listener: TcpListener,
    metrics: Option<TcpListener>,
) -> Result<()> {
    journal::turn_on();
    let counts = Arc::new(Metrics::new(Database::from_environment()?.name()));
    let (stop, stopping) = watch::channel(false);
    let site = Arc::new(Site {
        server,
        config,
        assets,
        trust: door.lan.as_ref().map(|(lan, _)| lan.trust.clone()),
        metrics: Arc::clone(&counts),
        rates: Rates::default(),
        stopping: stopping.clone(),
    });
    let router = http::router(Arc::clone(&site));
    if let Some(listener) = metrics {
        tokio::spawn(aside(listener, metrics::router(counts), stopping.clone()));
    }
    if let Some((lan, address)) = &door.lan {
        let plain = SocketAddr::new(address.ip(), plain_port(address.port()));
        let page = lan.trust.plain_router();
        tokio::spawn(aside(bind(plain).await?, page, stopping.clone()));
    }
    let housekeeping = tokio::spawn(housekeeping::keep(Arc::clone(&site), stopping.clone()));
    let following = tokio::spawn(housekeeping::follow_news(
        Arc::clone(&site),
        stopping.clone(),
    ));
    let courier = tokio::spawn(housekeeping::carry(Arc::clone(&site), stopping.clone()));
    let serving = async {
        match door.tls {
            Some(config) => {
                let listener = TlsListener::new(listener, config)?;
                listen::serve(listener, router, HEAD_MAX, stopping).await;
            }
            None => listen::serve(listener, router, HEAD_MAX, stopping).await,
        }
        std::io::Result::Ok(())
    };
    let signal = async {
        told_to_stop().await;
        journal::info("stopping").write();
        let _ = stop.send(true);
        tokio::time::sleep(STOP_MAX).await;
    };
    let ended = tokio::select! {
        ended = serving => ended,
        // Whoever still talks after that long is cut off; nothing acknowledged is lost by it.
        () = signal => Ok(()),
    };
    housekeeping.abort();
    following.abort();
    courier.abort();
    journal::info("stopped").write();
    ended.map_err(|error| Failure::new(format!("the server had to stop: {error}")))
}

/// Serves something small on a port of its own.
async fn aside(listener: TcpListener, router: Router, stopping: watch::Receiver<bool>) {
    listen::serve(listener, router, HEAD_MAX, stopping).await;
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(format!("{address} cannot be listened on: {error}")).next(
            "Another program may use this port; choose another one with `--listen ADDRESS:PORT`",
        )
    })
}

async fn greet(
    server: &Server,
    options: &Options,
    door: &Door,
    demo_password: Option<&str>,
) -> Result<()> {
    let scheme = if door.tls.is_some() { "https" } else { "http" };
    match &door.lan {
        Some((_, address)) => greet_lan(*address),
        None => {
            let address = options
                .public_url
                .clone()
                .unwrap_or_else(|| format!("{scheme}://{}", options.listen));
            println!("Baton runs on {address}/");
        }
    }
    let secure = scheme == "https"
        || options
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https:"));
    if !secure && !is_this_machine(options) {
        println!(
            "Phones refuse to run the app over plain HTTP. Use `--lan`, `--tls-cert` and `--tls-key`, or a proxy with HTTPS and `--public-url`."
        );
    }
    if options.dist.is_none() {
        println!("Only the API is served: no app was named with `--dist DIR`.");
    }
    let ledgers = server.organizations.all();
    if ledgers.is_empty() {
        println!(
            "Nobody is set up yet: `baton-server init --data {}` prints the link.",
            options.data.display()
        );
    }
    let Some(password) = demo_password else {
        return Ok(());
    };
    println!("\nDemo. Sign in as one of these; the password of all is {password}");
    for ledger in ledgers.into_iter().filter(|ledger| ledger.row().demo) {
        let state = ledger.current().await?.state;
        println!("  {}", ledger.row().name);
        for account in server.storage.accounts(ledger.row().organization).await? {
            let name = state
                .person(account.person)
                .map_or("", |person| &person.name);
            println!("    {:<24} {name}", account.login);
        }
    }
    println!();
    Ok(())
}

fn greet_lan(address: SocketAddr) {
    let trust = format!(
        "http://{}/trust",
        SocketAddr::new(address.ip(), plain_port(address.port()))
    );
    let app = format!("https://{address}/");
    println!(
        "Baton runs on {app}\n\nOn each phone, once: trust this server. Scan, or open {trust}\n"
    );
    print!("{}", lan::terminal_code(&trust).unwrap_or_default());
    println!("\nThen open the app. Scan, or open {app}\n");
    print!("{}", lan::terminal_code(&app).unwrap_or_default());
    println!();
}

/// The port of the page on trusting the authority, beside the app's.
fn plain_port(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(port - 1)
}

/// On this machine the demo's password is the one in the manual. On a network it is random, made
/// once and kept.
fn demo_password(folder: &DataFolder, options: &Options) -> Result<String> {
    if is_this_machine(options) {
        return Ok(DEMO_PASSWORD.into());
    }
    if let Some(password) = folder.read_secret(DEMO_PASSWORD_FILE)? {
        return Ok(password.trim().into());
    }
    let password = random::readable_password();
    folder.write_secret(DEMO_PASSWORD_FILE, &password)?;
    Ok(password)
}

/// True where nobody else can reach the server.
fn is_this_machine(options: &Options) -> bool {
    let url = options
        .public_url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, host)| host);
    let is_local = |host: &str| {
        let name = host
            .rsplit_once(':')
            .map_or(host, |(name, _)| name)
            .trim_matches(['[', ']']);
        name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    };
    options.listen.ip().is_loopback() && url.is_none_or(is_local)
}

fn proxy(text: &str) -> Result<IpAddr> {
    text.parse().map_err(|_| {
        Failure::new(format!("`{text}` is not the address of a proxy"))
            .next("Write it as `10.0.0.1`, once for each proxy")
    })
}

fn address(text: &str) -> Result<SocketAddr> {
    let text = text.replacen("localhost", "127.0.0.1", 1);
    text.parse().map_err(|_| {
        Failure::new(format!("`{text}` is not an address to listen on"))
            .next("Write it as `127.0.0.1:8080`")
    })
}
