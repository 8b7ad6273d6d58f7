//! `tus-conform URL`: checks any server of tus 1.0 by its creation URL.
//!
//! Each check has a number that never changes, the clause of the protocol it comes from, and how much the protocol wants it. What a
//! server does not advertise is not held against it. Exits 0 when no MUST failed, 1 when one did, 2 for wrong usage.
//!
//! It makes some hundred small uploads and leaves those it does not have to terminate behind: not for a server in use.

mod check;
mod checks;
mod http;
mod report;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use check::Check;
use report::{Format, Seen};
use server::Server;

const USAGE: &str = "\
tus-conform URL [--header 'Name: value']… [--max-size N] [--metadata PAIRS]
                [--patience SECONDS] [--report text|json|junit] [--output FILE] [--only N…]
tus-conform --list

URL         where uploads are created, http://…
--header    sent with every request, a token say
--max-size  the largest upload, for a server that does not tell it
--metadata  an Upload-Metadata sent with every creation, for a server that insists on some
--patience  how long to wait for a reply, 10 s by default
--only      only these checks; 300 stands for the whole chapter 300 to 399
--list      every check with its number, level, clause and needs";

/// How it is called.
#[derive(Debug, Default, PartialEq)]
struct Arguments {
    url: String,
    headers: Vec<(String, String)>,
    max_size: Option<u64>,
    metadata: Option<String>,
    patience: Option<u64>,
    format: Format,
    output: Option<PathBuf>,
    only: Vec<u16>,
    list: bool,
}

impl Arguments {
    fn parse(words: impl IntoIterator<Item = String>) -> Option<Arguments> {
        let mut read = Arguments::default();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--header" => {
                    let line = words.next()?;
                    let (name, value) = line.split_once(':')?;
                    read.headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                "--max-size" => read.max_size = Some(words.next()?.parse().ok()?),
                "--metadata" => read.metadata = Some(words.next()?),
                "--patience" => read.patience = Some(words.next()?.parse().ok().filter(|seconds| *seconds > 0)?),
                "--report" => read.format = Format::named(&words.next()?)?,
                "--output" => read.output = Some(words.next()?.into()),
                "--only" => {
                    read.only.push(words.next()?.parse().ok()?);
                    while let Some(number) = words.peek().and_then(|word| word.parse().ok()) {
                        read.only.push(number);
                        words.next();
                    }
                }
                "--list" => read.list = true,
                url if read.url.is_empty() && !url.starts_with('-') => read.url = word,
                _ => return None,
            }
        }
        (read.list == read.url.is_empty()).then_some(read)
    }

    /// Whether a check is asked for.
    fn wants(&self, check: &Check) -> bool {
        let asked =
            |number: &u16| *number == check.number || number.is_multiple_of(100) && *number == check.number / 100 * 100;
        self.only.is_empty() || self.only.iter().any(asked)
    }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let checks: Vec<Check> = checks::all().into_iter().filter(|check| arguments.wants(check)).collect();
    if arguments.list {
        print!("{}", report::list(&checks));
        return ExitCode::SUCCESS;
    }
    let patience = Duration::from_secs(arguments.patience.unwrap_or(10));
    let server = match Server::new(&arguments.url, arguments.headers, patience) {
        Ok(mut server) => {
            server.advertised.max_size = arguments.max_size.or(server.advertised.max_size);
            server.metadata = arguments.metadata;
            server
        }
        Err(error) => {
            eprintln!("tus-conform: {error}");
            return ExitCode::FAILURE;
        }
    };
    let seen: Vec<Seen> = checks.into_iter().map(|check| examine(check, &server)).collect();
    let text = arguments.format.write(&arguments.url, &seen);
    match arguments.output.as_ref().map(|file| (file, std::fs::write(file, &text))) {
        Some((file, Err(error))) => {
            eprintln!("tus-conform: {}: {error}", file.display());
            return ExitCode::FAILURE;
        }
        Some((_, Ok(()))) => print!("{}", report::summary(&seen)),
        None => print!("{text}"),
    }
    if report::conforms(&seen) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn examine(check: Check, server: &Server) -> Seen {
    let begun = Instant::now();
    let result = check.apply(server);
    Seen { check, result, took: begun.elapsed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Option<Arguments> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_are_read_or_refused() {
        let read = parse("http://x/files --only 301 400 --header A:b --report junit").unwrap();
        assert_eq!((read.only, read.format), (vec![301, 400], Format::Junit));
        assert_eq!(read.headers, [("A".to_owned(), "b".to_owned())]);
        assert!(parse("--list").unwrap().list);
        for wrong in
            ["", "--list http://x/", "http://x --only", "http://x --report yaml", "http://x --hedaer A:b", "a b"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_hundred_stands_for_its_chapter() {
        let wanted = |only: &str| {
            let read = parse(&format!("http://x/ {only}")).unwrap();
            checks::all().iter().filter(|check| read.wants(check)).map(|check| check.number).collect::<Vec<_>>()
        };
        assert_eq!(wanted("--only 301"), [301]);
        assert!(wanted("--only 500").iter().all(|number| number / 100 == 5) && !wanted("--only 500").is_empty());
        assert_eq!(wanted("").len(), checks::all().len());
    }
}
