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
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use baton_domain::id::{OrganizationId, PersonId};

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
/// Buckets of a kind that are kept. Beyond it those that are full again go.
const BUCKETS_MAX: usize = 10_000;
/// How often it is looked which are full again: looking costs a walk over all of them.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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

/// The buckets of everybody. Accounts and addresses are kept apart, so that a flood of addresses
/// takes nothing from those who are signed in.
#[derive(Debug, Default)]
pub struct Rates {
    accounts: Mutex<Buckets>,
    addresses: Mutex<Buckets>,
    off: bool,
}

#[derive(Debug, Default)]
struct Buckets {
    /// `None` is the one that newcomers share when there is no room.
    of: HashMap<Option<Asker>, Bucket>,
    looked_at: Option<Instant>,
}

impl Rates {
    /// Nobody is ever turned away: for a tool that talks to a server in its own process.
    pub fn without_bound() -> Self {
        Self {
            off: true,
            ..Self::default()
        }
    }

    /// Takes one from a bucket; `Err` is how long until there is one again.
    pub fn take(&self, asker: Asker, now: Instant) -> Result<(), Duration> {
        if self.off {
            return Ok(());
        }
        let asker = asker.counted();
        let kind = match asker {
            Asker::Account(..) => &self.accounts,
            Asker::Address(_) => &self.addresses,
        };
        let mut buckets = kind.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(asker, now)
    }
}

impl Buckets {
    fn take(&mut self, asker: Asker, now: Instant) -> Result<(), Duration> {
        let bound = asker.bound();
        let key = self.key(asker, now);
        let bucket = self.of.entry(key).or_insert(Bucket {
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

    /// Whose bucket it is: the asker's own, or the shared one where there is no room.
    fn key(&mut self, asker: Asker, now: Instant) -> Option<Asker> {
        let own = Some(asker);
        if self.of.contains_key(&own) {
            return own;
        }
        let due = self
            .looked_at
            .is_none_or(|at| now.saturating_duration_since(at) >= LOOK_EVERY);
        if self.of.len() >= BUCKETS_MAX && due {
            self.looked_at = Some(now);
            let bound = asker.bound();
            self.of
                .retain(|_, bucket| bucket.left_at(bound, now) < bound.burst);
        }
        own.filter(|_| self.of.len() < BUCKETS_MAX)
    }
}

impl Bucket {
    fn left_at(&self, bound: Bound, now: Instant) -> f64 {
        let since_s = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + since_s * bound.per_s).min(bound.burst)
    }
}

impl Asker {
    /// As it is counted: an IPv6 address by its network.
    fn counted(self) -> Self {
        const NETWORK: u128 = !0 << 64;
        match self {
            Self::Address(IpAddr::V6(address)) => Self::Address(match address.to_ipv4_mapped() {
                Some(address) => IpAddr::V4(address),
                None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
            }),
            other => other,
        }
    }

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

    fn numbered(number: u32) -> Asker {
        Asker::Address(IpAddr::from(number.to_be_bytes()))
    }

    fn kept(rates: &Rates) -> usize {
        rates.addresses.lock().unwrap().of.len()
    }

    #[test]
    fn buckets_that_are_full_again_make_room() {
        let (rates, start) = (Rates::default(), Instant::now());
        for number in 0..BUCKETS_MAX as u32 + 5 {
            let later = start + Duration::from_secs(u64::from(number));
            assert_eq!(rates.take(numbered(number), later), Ok(()));
        }
        assert!(kept(&rates) <= BUCKETS_MAX);
    }

    #[test]
    fn askers_at_one_instant_beyond_the_bound_share_a_bucket() {
        let (rates, now) = (Rates::default(), Instant::now());
        for number in 0..BUCKETS_MAX as u32 {
            assert_eq!(rates.take(numbered(number), now), Ok(()));
        }
        let newcomers = BUCKETS_MAX as u32..BUCKETS_MAX as u32 + 1_000;
        let served = newcomers.filter(|number| rates.take(numbered(*number), now).is_ok());
        assert_eq!(served.count(), ADDRESS.burst as usize);
        assert_eq!(kept(&rates), BUCKETS_MAX + 1, "and the shared one");
        assert_eq!(rates.take(numbered(7), now), Ok(()), "who was here stays");
        let (organization, person) = ([1; 16], [2; 16]);
        let account = Asker::Account(
            OrganizationId::from_bytes(organization),
            PersonId::from_bytes(person),
        );
        assert_eq!(rates.take(account, now), Ok(()), "who is signed in, too");
    }

    #[test]
    fn an_ipv6_network_is_one_asker() {
        let (rates, now) = (Rates::default(), Instant::now());
        let address = |text: &str| Asker::Address(text.parse().unwrap());
        for number in 0..300 {
            let one = address(&format!("2001:db8:0:1::{number:x}"));
            assert_eq!(rates.take(one, now), Ok(()));
        }
        assert!(rates.take(address("2001:db8:0:1:ffff::1"), now).is_err());
        assert_eq!(rates.take(address("2001:db8:0:2::1"), now), Ok(()));
        for _ in 0..300 {
            assert_eq!(rates.take(asker(1), now), Ok(()));
        }
        assert!(rates.take(address("::ffff:192.0.2.1"), now).is_err());
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
