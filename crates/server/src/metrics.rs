//! What the server counts, for Prometheus. On a port of its own, so that nobody who reaches the
//! app reaches it; and nothing in it tells of a person, an organization or an entry.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::routing::get;

use baton_domain::Outcome;
use baton_ledger::message::EntryVerdict;

use crate::clock;

/// Upper bounds of the time that an answer took, in seconds.
const BOUNDS_S: [f64; 7] = [0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// The methods that are told apart. Anybody can invent others, and each would be kept for ever.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The counts of this process, from its start.
#[derive(Debug)]
pub struct Metrics {
    started_at_ms: i64,
    database: &'static str,
    requests: Mutex<BTreeMap<Kind, Times>>,
    verified: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
    disputed: AtomicU64,
    waiting: AtomicU64,
    put_aside: AtomicU64,
    turned_away: AtomicU64,
    streams: AtomicI64,
}

/// The kind of a request: the route's pattern, never the path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Default)]
struct Times {
    count: u64,
    sum_s: f64,
    within: [u64; BOUNDS_S.len()],
}

impl Metrics {
    /// Begins to count; `database` is the word for the kind of database.
    pub fn new(database: &'static str) -> Self {
        Self {
            started_at_ms: clock::now_ms(),
            database,
            requests: Mutex::default(),
            verified: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            disputed: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            put_aside: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
            streams: AtomicI64::new(0),
        }
    }

    /// An answer was given.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = METHODS.into_iter().find(|known| *known == method);
        let kind = Kind {
            method: method.unwrap_or("other"),
            route: route.into(),
            status,
        };
        let took_s = took.as_secs_f64();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry(kind).or_default();
        times.count += 1;
        times.sum_s += took_s;
        for (within, bound_s) in times.within.iter_mut().zip(BOUNDS_S) {
            *within += u64::from(took_s <= bound_s);
        }
    }

    /// Signatures were verified, before their batch asked for the ledger.
    pub fn verified(&self, count: usize) {
        self.verified.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// A batch was judged.
    pub fn judged(&self, answers: &[EntryVerdict]) {
        for answer in answers {
            let count = match &answer.verdict.outcome {
                Outcome::Accepted => &self.accepted,
                Outcome::Refused(_) => &self.refused,
                Outcome::Disputed(_) => &self.disputed,
                Outcome::Waiting(_) => &self.waiting,
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Entries were put aside.
    pub fn put_aside(&self, count: usize) {
        self.put_aside.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Somebody asked too often.
    pub fn turned_away(&self) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    /// A phone listens for nudges, until what this returns is dropped.
    pub fn listening(self: &Arc<Self>) -> Listening {
        self.streams.fetch_add(1, Ordering::Relaxed);
        Listening(Arc::clone(self))
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out)
            .map_or_else(|_| String::new(), |()| out)
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let version = env!("CARGO_PKG_VERSION");
        writeln!(out, "# TYPE baton_build_info gauge")?;
        let database = self.database;
        writeln!(
            out,
            "baton_build_info{{version=\"{version}\",database=\"{database}\"}} 1"
        )?;
        writeln!(out, "# TYPE baton_start_time_seconds gauge")?;
        writeln!(
            out,
            "baton_start_time_seconds {}",
            self.started_at_ms as f64 / 1000.0
        )?;
        writeln!(
            out,
            "# HELP baton_signatures_verified_total Signatures verified before their batch was judged."
        )?;
        writeln!(out, "# TYPE baton_signatures_verified_total counter")?;
        let verified = self.verified.load(Ordering::Relaxed);
        writeln!(out, "baton_signatures_verified_total {verified}")?;
        writeln!(
            out,
            "# HELP baton_entries_total Entries by what became of them."
        )?;
        writeln!(out, "# TYPE baton_entries_total counter")?;
        for (outcome, count) in [
            ("accepted", &self.accepted),
            ("refused", &self.refused),
            ("disputed", &self.disputed),
            ("waiting", &self.waiting),
            ("put_aside", &self.put_aside),
        ] {
            let count = count.load(Ordering::Relaxed);
            writeln!(out, "baton_entries_total{{outcome=\"{outcome}\"}} {count}")?;
        }
        writeln!(
            out,
            "# HELP baton_turned_away_total Requests of somebody who asked too often."
        )?;
        writeln!(out, "# TYPE baton_turned_away_total counter")?;
        let turned_away = self.turned_away.load(Ordering::Relaxed);
        writeln!(out, "baton_turned_away_total {turned_away}")?;
        writeln!(out, "# HELP baton_streams Phones that listen for nudges.")?;
        writeln!(out, "# TYPE baton_streams gauge")?;
        writeln!(
            out,
            "baton_streams {}",
            self.streams.load(Ordering::Relaxed)
        )?;
        self.write_requests(out)
    }

    fn write_requests(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "# HELP baton_request_seconds Time to an answer, by route."
        )?;
        writeln!(out, "# TYPE baton_request_seconds histogram")?;
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for (kind, times) in requests.iter() {
            let Kind {
                method,
                route,
                status,
            } = kind;
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            for (bound_s, within) in BOUNDS_S.iter().zip(times.within) {
                writeln!(
                    out,
                    "baton_request_seconds_bucket{{{labels},le=\"{bound_s}\"}} {within}"
                )?;
            }
            let Times { count, sum_s, .. } = times;
            writeln!(
                out,
                "baton_request_seconds_bucket{{{labels},le=\"+Inf\"}} {count}"
            )?;
            writeln!(out, "baton_request_seconds_sum{{{labels}}} {sum_s}")?;
            writeln!(out, "baton_request_seconds_count{{{labels}}} {count}")?;
        }
        Ok(())
    }
}

/// A phone that listens.
#[derive(Debug)]
pub struct Listening(Arc<Metrics>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The service of the metrics' own port.
pub fn router(metrics: Arc<Metrics>) -> Router {
    let answer = move || {
        let text = metrics.text();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    Router::new().route("/metrics", get(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_methods_are_one_series() {
        let metrics = Metrics::new("test");
        for method in ["GET", "BREW", "PROPFIND", "get"] {
            metrics.answered(method, "/api/v1/sync", 405, Duration::ZERO);
        }
        let text = metrics.text();
        let series = text
            .lines()
            .filter(|line| line.starts_with("baton_request_seconds_count"));
        let expected = [
            r#"baton_request_seconds_count{method="GET",route="/api/v1/sync",status="405"} 1"#,
            r#"baton_request_seconds_count{method="other",route="/api/v1/sync",status="405"} 3"#,
        ];
        assert!(series.eq(expected), "{text}");
    }
}
