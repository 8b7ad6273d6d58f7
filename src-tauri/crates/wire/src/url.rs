//! Where a hub is reached.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;

/// The base address of a hub, such as `https://hub.example.vn` or `https://example.vn/hoso`: a scheme, a host, an optional
/// port and an optional path; never a user, a query or a fragment; no `/` at its end. Plain `http` only to this computer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
#[schema(value_type = String, format = "uri")]
pub struct HubUrl(String);

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    #[error("the address must begin with https:// (or http:// for this computer)")]
    Scheme,
    #[error("the address names no valid host")]
    Host,
    #[error("{0:?} is not a port number")]
    Port(String),
    #[error("the address must not hold {0:?}")]
    Character(char),
    #[error("plain http is allowed only to this computer; {0} needs https")]
    NotEncrypted(String),
}

impl HubUrl {
    /// This base followed by a path of [`crate::path`].
    pub fn join(&self, path: &str) -> String {
        format!("{}/{}", self.0, path.trim_start_matches('/'))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HubUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (encrypted, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(UrlError::Scheme),
        };
        // '@' would let http://127.0.0.1@elsewhere/ pass for this computer.
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
        if let Some(bad) = rest.chars().find(|&c| !allowed(c)) {
            return Err(UrlError::Character(bad));
        }
        let authority = rest.split('/').next().unwrap_or_default();
        let host = check_authority(authority)?;
        if !encrypted && !is_loopback(host) {
            return Err(UrlError::NotEncrypted(host.to_owned()));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

/// Checks `host[:port]` and gives the host.
fn check_authority(authority: &str) -> Result<&str, UrlError> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (inside, port) = rest.split_once(']').ok_or(UrlError::Host)?;
        inside.parse::<Ipv6Addr>().map_err(|_| UrlError::Host)?;
        (inside, port)
    } else {
        let end = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority.split_at(end);
        let label = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !host.split('.').all(label) {
            return Err(UrlError::Host);
        }
        (host, port)
    };
    if !port.is_empty() {
        let digits = port.strip_prefix(':').ok_or(UrlError::Host)?;
        match digits.parse::<u16>() {
            Ok(1..) if digits.chars().all(|c| c.is_ascii_digit()) => {}
            _ => return Err(UrlError::Port(digits.to_owned())),
        }
    }
    Ok(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl TryFrom<String> for HubUrl {
    type Error = UrlError;
    fn try_from(text: String) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl From<HubUrl> for String {
    fn from(url: HubUrl) -> Self {
        url.0
    }
}

impl fmt::Display for HubUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn good_addresses() {
        for text in [
            "https://hub.example.vn",
            "https://hub.example.vn:8443/hoso",
            "http://127.0.0.1:8765",
            "http://localhost:1",
            "http://[::1]:8765",
            "https://[2001:db8::1]",
        ] {
            assert_eq!(text.parse::<HubUrl>().unwrap().as_str(), text);
        }
        let url: HubUrl = "https://example.vn/hoso/".parse().unwrap();
        assert_eq!(url.join("/v1/ping"), "https://example.vn/hoso/v1/ping");
    }

    #[test]
    fn refused_addresses() {
        let error = |text: &str| text.parse::<HubUrl>().unwrap_err();
        assert_eq!(error("ftp://a"), UrlError::Scheme);
        assert_eq!(error("https://"), UrlError::Host);
        assert_eq!(error("https://a..b"), UrlError::Host);
        assert_eq!(error("https://[::1"), UrlError::Host);
        assert_eq!(error("https://a:0"), UrlError::Port("0".into()));
        assert_eq!(error("https://a:+80"), UrlError::Character('+'));
        assert_eq!(error("http://127.0.0.1@evil.example"), UrlError::Character('@'));
        assert_eq!(error("http://hub.example.vn"), UrlError::NotEncrypted("hub.example.vn".into()));
        assert_eq!(error("http://127.0.0.1.evil.example"), UrlError::NotEncrypted("127.0.0.1.evil.example".into()));
    }

    proptest! {
        #[test]
        fn never_panics_and_reads_back(text in "(https?://)?[ -~\u{e9}]{0,40}") {
            if let Ok(url) = text.parse::<HubUrl>() {
                prop_assert_eq!(url.to_string().parse::<HubUrl>(), Ok(url));
            }
        }
    }
}
