//! How often somebody may ask.
//!
//! Each account has a bucket that holds a burst and fills slowly: a phone that drains a long
//! outbox never meets its bottom, a program gone wild does. Before anybody is signed in it is the
//! address that asks; this machine's own is exempt, because a proxy that was not named would make
//! all the world one address.
//!
//! The buckets are in this process's memory: with several instances each allows as much. That is
//! on purpose: wrong passwords, which have to be counted exactly, are counted in the database.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

use baton_domain::id::{OrganizationId, PersonId};

use crate::tls::TlsListener;

/// Requests of one account at once, and those that come back each second.
const ACCOUNT: Bound = Bound {
    burst: 600.0,
    per_s: 20.0,
};
/// The same for one address that is not signed in. A hospital is one address.
const ADDRESS: Bound = Bound {
    burst: 300.0,
    per_s: 5.0,
};
/// Buckets that are kept. Beyond it those that are full again go.
const BUCKETS_MAX: usize = 10_000;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// Somebody who is signed in.
    Account(OrganizationId, PersonId),
    /// Somebody who is not.
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Bound {
    burst: f64,
    per_s: f64,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// The buckets of everybody.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<Asker, Bucket>>);

impl Rates {
    /// Takes one from a bucket; `Err` is how long until there is one again.
    pub fn take(&self, asker: Asker, now: Instant) -> Result<(), Duration> {
        let bound = asker.bound();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(&asker) {
            buckets
                .retain(|asker, bucket| bucket.left_at(asker.bound(), now) < asker.bound().burst);
        }
        let bucket = buckets.entry(asker).or_insert(Bucket {
            left: bound.burst,
            at: now,
        });
        bucket.left = bucket.left_at(bound, now);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - bucket.left) / bound.per_s))
        }
    }
}

impl Bucket {
    fn left_at(&self, bound: Bound, now: Instant) -> f64 {
        let since_s = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + since_s * bound.per_s).min(bound.burst)
    }
}

impl Asker {
    fn bound(self) -> Bound {
        match self {
            Self::Account(..) => ACCOUNT,
            Self::Address(_) => ADDRESS,
        }
    }
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The address that a request comes from: the connection's, or, where that is a proxy of ours,
/// the one that the proxy saw. What stands before it in the header, anybody can have written.
pub fn address(parts: &Parts, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<Peer>>()?.0.0.ip();
    if trusted.contains(&peer) {
        forwarded(&parts.headers, trusted).or(Some(peer))
    } else {
        Some(peer)
    }
}

fn forwarded(headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter();
    let texts: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
    let mut from_the_end = texts.iter().rev().flat_map(|line| line.rsplit(','));
    from_the_end.find_map(|one| match one.trim().parse::<IpAddr>() {
        Ok(address) if trusted.contains(&address) => None,
        read => Some(read.ok()),
    })?
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asker(last: u8) -> Asker {
        Asker::Address(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_burst_is_free_and_then_it_goes_by_the_second() {
        let (rates, start) = (Rates::default(), Instant::now());
        for _ in 0..300 {
            assert_eq!(rates.take(asker(1), start), Ok(()));
        }
        let wait = rates.take(asker(1), start).err().unwrap();
        assert_eq!(wait, Duration::from_millis(200));
        assert_eq!(rates.take(asker(2), start), Ok(()), "others are free");
        assert_eq!(rates.take(asker(1), start + wait), Ok(()));
        assert!(rates.take(asker(1), start + wait).is_err());
    }

    #[test]
    fn buckets_do_not_grow_without_bound() {
        let (rates, start) = (Rates::default(), Instant::now());
        for number in 0..BUCKETS_MAX as u32 + 5 {
            let address = IpAddr::from(number.to_be_bytes());
            let later = start + Duration::from_secs(u64::from(number));
            assert_eq!(rates.take(Asker::Address(address), later), Ok(()));
        }
        assert!(rates.0.lock().unwrap().len() <= BUCKETS_MAX);
    }

    #[test]
    fn only_what_a_trusted_proxy_saw_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            forwarded(&headers, &[proxy]).map(|address| address.to_string())
        };
        assert_eq!(
            read(&["192.0.2.9, 192.0.2.7"]).as_deref(),
            Some("192.0.2.7")
        );
        assert_eq!(
            read(&["1.1.1.1", "192.0.2.7, 10.0.0.1"]).as_deref(),
            Some("192.0.2.7")
        );
        assert_eq!(read(&["192.0.2.9, rubbish"]), None);
        assert_eq!(read(&[]), None);
    }
}
