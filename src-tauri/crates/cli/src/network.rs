//! `hosoctl network …`: how sending uses the network of this place.

use std::io::Write as _;

use clap::{Args, Subcommand};
use desk::{Hours, NetworkUse, ProxyUse, Request, Secret, Speed};

use crate::words::Language;

#[derive(Debug, Subcommand)]
pub enum Network {
    /// What is set.
    Show,
    /// Set all of it; what is not named is as fast as it goes, at any hour, through the system's proxy.
    Set(Set),
}

#[derive(Debug, Args)]
pub struct Set {
    /// The speed at all other hours: `full`, `pause`, or kB a second.
    #[arg(long, value_name = "SPEED", default_value = "full", value_parser = speed)]
    speed: Speed,
    /// Hours of every day with a speed of their own, such as `07:30-17:00=128` or `22:00-06:00=full`.
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    hours: Vec<Hours>,
    /// The network is paid by volume: nothing is sent by itself.
    #[arg(long)]
    metered: bool,
    /// The office's proxy, such as `http://proxy:3128`.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// The name it asks for; the password is the first line of standard input.
    #[arg(long, value_name = "NAME", requires = "proxy")]
    proxy_name: Option<String>,
}

fn speed(text: &str) -> Result<Speed, String> {
    match text {
        "full" => Ok(Speed::Full),
        "pause" => Ok(Speed::Paused),
        kb => kb.parse().map(|kb| Speed::Limited { kb }).map_err(|_| "full, pause, or kB a second".into()),
    }
}

fn hours(text: &str) -> Result<Hours, String> {
    let read = || {
        let (span, how) = text.split_once('=')?;
        let (from, to) = span.split_once('-')?;
        Some(Hours { from: minute(from)?, to: minute(to)?, speed: speed(how).ok()? })
    };
    read().ok_or_else(|| "not of the form 07:30-17:00=128".into())
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

pub fn request(command: Network) -> Result<Request, String> {
    let Network::Set(set) = command else { return Ok(Request::Network) };
    let mut proxy_password = None;
    if set.proxy_name.is_some() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
        proxy_password = Some(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()));
    }
    let proxy = set.proxy.map(|url| ProxyUse { url, name: set.proxy_name.unwrap_or_default() });
    let network = NetworkUse { speed: set.speed, hours: set.hours, metered: set.metered, proxy };
    Ok(Request::SetNetwork { network, proxy_password })
}

/// A line on standard output; a reader that has gone away is no failure.
macro_rules! tell {
    ($($line:tt)*) => {{ let _ = writeln!(std::io::stdout(), $($line)*); }};
}

pub fn print(network: &NetworkUse, language: Language) {
    let vi = language == Language::Vi;
    let speed = |speed: Speed| match (speed, vi) {
        (Speed::Full, true) => "không giới hạn tốc độ".to_owned(),
        (Speed::Full, false) => "no limit".to_owned(),
        (Speed::Limited { kb }, true) => format!("tối đa {kb} kB/giây"),
        (Speed::Limited { kb }, false) => format!("at most {kb} kB/s"),
        (Speed::Paused, true) => "không tự gửi".to_owned(),
        (Speed::Paused, false) => "nothing is sent by itself".to_owned(),
    };
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    for hours in &network.hours {
        tell!("{}-{}: {}", clock(hours.from), clock(hours.to), speed(hours.speed));
    }
    match (network.hours.is_empty(), vi) {
        (true, _) => tell!("{}", speed(network.speed)),
        (false, true) => tell!("giờ khác: {}", speed(network.speed)),
        (false, false) => tell!("other hours: {}", speed(network.speed)),
    }
    if network.metered {
        tell!(
            "{}",
            if vi {
                "mạng tính theo dung lượng: chỉ gửi khi được bảo"
            } else {
                "paid by volume: sent only when asked for"
            }
        );
    }
    if let Some(proxy) = &network.proxy {
        tell!("proxy: {} {}", proxy.url, proxy.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        let read = hours("22:00-06:30=128").unwrap();
        assert_eq!(read, Hours { from: 1320, to: 390, speed: Speed::Limited { kb: 128 } });
        assert_eq!(hours("07:30-17:00=pause").unwrap().speed, Speed::Paused);
        for wrong in ["", "7-8=full", "24:00-01:00=full", "07:60-08:00=full", "07:00-08:00", "07:00-08:00=fast"] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }
}
