//! What a server for bad networks should bear, beyond the letter of the protocol.

use std::time::Instant;

use super::CREATION;
use super::trouble::HANDOVER;
use crate::check::{Check, Checked, Expect as _, Not, ensure, may, must, should};
use crate::http::Line;
use crate::server::Server;

/// An upload of nine bytes whose PATCH has sent three and stalls.
fn stalled(server: &Server) -> Result<(String, Line), Not> {
    let upload = server.create(9)?;
    let line = server.patch(&upload, 0, b"abc").begin(9)?;
    Ok((upload, line))
}

fn in_time(asked: Instant) -> Checked {
    let took = asked.elapsed();
    ensure(took <= HANDOVER, "an answer within 2 s", format!("it took {:.1} s", took.as_secs_f64()))
}

/// A client that comes back: asks where the upload stands and sends the rest, again when another request was before it.
fn comes_back(server: &Server, upload: &str) -> Checked {
    let begun = Instant::now();
    loop {
        let offset = server.offset(upload)?;
        let rest = usize::try_from(offset).map_or(&b""[..], |offset| &b"abcdefghi"[offset.min(9)..]);
        let reply = server.patch(upload, offset, rest).send()?;
        match reply.status {
            409 | 423 if begun.elapsed() < HANDOVER => {}
            _ => return reply.is(&[204])?.says("Upload-Offset", 9).map(drop),
        }
    }
}

/// That the server still answers.
fn lives(server: &Server) -> Checked {
    server.ask("OPTIONS", &server.path).send()?.is(&[200, 204]).map(drop)
}

pub const CHECKS: &[Check] = &[
    should(901, "Robustness / Locks", "HEAD during a PATCH that stalls is answered within 2 s", |server| {
        let (upload, _line) = stalled(server)?;
        let asked = Instant::now();
        let reply = server.head(&upload)?;
        in_time(asked)?;
        reply.is(&[200, 204])?.has("Upload-Offset")?;
        Ok(())
    })
    .needs(CREATION),
    should(
        902,
        "Robustness / Locks",
        "a client that comes back goes on within 2 s while its old PATCH stalls",
        |server| {
            let (upload, _line) = stalled(server)?;
            let asked = Instant::now();
            comes_back(server, &upload)?;
            in_time(asked)
        },
    )
    .needs(CREATION),
    should(
        903,
        "Robustness / Locks",
        "whoever lost the upload to another request cannot write to it any more",
        |server| {
            let (upload, mut line) = stalled(server)?;
            comes_back(server, &upload)?;
            line.send(b"XXXXXX");
            if let Ok(late) = line.reply(false) {
                ensure(late.status != 204, "no 204 for the request that was overtaken", &late)?;
            }
            server.stands_at(&upload, 9)
        },
    )
    .needs(CREATION),
    must(904, "Robustness / Requests", "a request whose head comes byte by byte is understood", |server| {
        let upload = server.create(3)?;
        let mut line = server.open()?;
        let ask = server.patch(&upload, 0, b"").with("Content-Length", 3).with("Connection", "close");
        ask.head().bytes().chain(*b"abc").for_each(|byte| line.send(&[byte]));
        ask.answer(&mut line)?.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CREATION),
    must(905, "Robustness / Requests", "what is no HTTP harms nobody else", |server| {
        let mut line = server.open()?;
        line.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
        line.half_close();
        line.drain();
        lives(server)
    }),
    must(906, "Robustness / Requests", "fifty connections that never finish their head keep nobody out", |server| {
        let mut slow = Vec::new();
        for _ in 0..50 {
            let mut line = server.open()?;
            line.send(format!("POST {} HTTP/1.1\r\nHost:", server.path).as_bytes());
            slow.push(line);
        }
        let asked = Instant::now();
        lives(server)?;
        in_time(asked)
    }),
    must(907, "Robustness / Requests", "metadata of 64 KiB is taken or refused, and the server lives", |server| {
        let metadata = format!("big {}", "QUJD".repeat(16 << 10));
        let reply = server.post().with("Upload-Length", 1).with("Upload-Metadata", metadata).send();
        if let Ok(reply) = reply {
            ensure(reply.status == 201 || (400..500).contains(&reply.status), "201 or 4xx", &reply)?;
        }
        lives(server)
    })
    .needs(CREATION),
    must(908, "Robustness / Requests", "a control character in metadata is refused", |server| {
        let reply = server.post().with("Upload-Length", 1).with("Upload-Metadata", "name YQ==\u{1}").send()?;
        reply.refuses()?;
        Ok(())
    })
    .needs(CREATION),
    must(
        909,
        "Robustness / Requests",
        "a request with two ways to tell its length is not taken for two requests",
        |server| {
            let upload = server.create(9)?;
            let mut line = server.open()?;
            let ask = server.patch(&upload, 0, b"").with("Content-Length", 3).with("Transfer-Encoding", "chunked");
            // Read by one length it is three bytes; by the other, one byte and another request behind it.
            line.send(&[ask.head().as_bytes(), b"1\r\na\r\n0\r\n\r\n"].concat());
            line.half_close();
            line.drain();
            let offset = server.offset(&upload)?;
            ensure(offset <= 1, "refused, or the one byte of the chunk", format!("Upload-Offset: {offset}"))
        },
    )
    .needs(CREATION),
    may(910, "Robustness / Retry", "a creation repeated with its Idempotency-Key finds the same upload", |server| {
        let key = format!("conform-{}", server.create(1)?.rsplit('/').next().unwrap_or_default());
        let key: String = key.chars().take(64).collect();
        let made = || server.created(&server.post().with("Upload-Length", 9).with("Idempotency-Key", &key).send()?);
        let (one, two) = (made()?, made()?);
        if one == two { Ok(()) } else { Err(Not::applicable("the server does not know Idempotency-Key")) }
    })
    .needs(CREATION),
    may(911, "Robustness / Retry", "an Idempotency-Key used for another length is refused", |server| {
        let key = format!("conform-{}", server.create(1)?.rsplit('/').next().unwrap_or_default());
        let key: String = key.chars().take(64).collect();
        let ask = |length: u64| server.post().with("Upload-Length", length).with("Idempotency-Key", &key).send();
        if server.created(&ask(9)?)? != server.created(&ask(9)?)? {
            return Err(Not::applicable("the server does not know Idempotency-Key"));
        }
        ask(8)?.refuses()?;
        Ok(())
    })
    .needs(CREATION),
];
