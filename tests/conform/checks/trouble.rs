//! PATCH over connections that break, bodies that are odd, and requests that meet.

use std::thread;
use std::time::{Duration, Instant};

use super::CREATION;
use crate::check::{Check, Checked, Expect as _, Not, ensure, must, should};
use crate::http::{Line, Reply};
use crate::server::Server;

const TEN: &[u8] = b"0123456789";
/// How long the rest of an upload may be kept waiting by a request that stalls.
pub(super) const HANDOVER: Duration = Duration::from_secs(2);

/// An upload of ten bytes and a connection on which four of them were sent.
fn begun(server: &Server) -> Result<(String, Line), Not> {
    let upload = server.create(10)?;
    let line = server.patch(&upload, 0, &TEN[..4]).begin(10)?;
    Ok((upload, line))
}

/// Asks until the offset is this, or for as long as patience lasts; the last that was told.
fn comes_to(server: &Server, upload: &str, wanted: u64) -> Result<u64, Not> {
    let begun = Instant::now();
    loop {
        let offset = server.offset(upload)?;
        if offset >= wanted || begun.elapsed() > server.patience {
            return Ok(offset);
        }
    }
}

/// That the upload stands within what was sent and can be finished from there.
fn goes_on(server: &Server, upload: &str, at_most: u64) -> Checked {
    let begun = Instant::now();
    loop {
        let offset = server.offset(upload)?;
        ensure(offset <= at_most, format!("an offset of at most {at_most}"), format!("Upload-Offset: {offset}"))?;
        let rest = usize::try_from(offset).map_or(TEN, |offset| &TEN[offset..]);
        let reply = server.patch(upload, offset, rest).send()?;
        match reply.status {
            204 => return server.stands_at(upload, 10),
            // The request that broke may hold the upload for another moment, and bring what came.
            409 | 423 if begun.elapsed() < server.patience => {}
            _ => return reply.is(&[204]).map(drop),
        }
    }
}

/// Two whole bodies for the same offset at the same time.
fn at_once(server: &Server) -> Result<(String, [Reply; 2]), Not> {
    let upload = server.create(10)?;
    let (one, two) = (server.patch(&upload, 0, &TEN[..6]), server.patch(&upload, 0, &TEN[..6]));
    // A server may close the connection of the one that loses.
    let closed = |_| Reply { status: 423, ..Reply::default() };
    let (one, two) = thread::scope(|scope| {
        let other = scope.spawn(|| two.send());
        let one = one.send().unwrap_or_else(closed);
        (one, other.join().unwrap_or_else(|_| Err(Not::met("a reply", "a panic"))).unwrap_or_else(closed))
    });
    Ok((upload, [one, two]))
}

pub const CHECKS: &[Check] = &[
    should(351, "Core / PATCH", "a body in chunks is taken (RFC 9112)", |server| {
        let upload = server.create(10)?;
        server.patch(&upload, 0, TEN).send_chunked(&[])?.is(&[204])?.says("Upload-Offset", 10)?;
        Ok(())
    })
    .needs(CREATION),
    must(352, "Core / PATCH", "a body in chunks that is too long never counts beyond the length", |server| {
        let upload = server.create(4)?;
        server.patch(&upload, 0, TEN).send_chunked(&[])?;
        let offset = server.offset(&upload)?;
        ensure(offset <= 4, "an offset of at most 4", format!("Upload-Offset: {offset}"))
    })
    .needs(CREATION),
    must(353, "Core / PATCH", "Expect: 100-continue is met, and the bytes are taken", |server| {
        let upload = server.create(4)?;
        let ask = server.patch(&upload, 0, b"").with("Expect", "100-continue").with("Connection", "close");
        let mut line = ask.clone().begin(4)?;
        // A client waits a moment for the 100, then sends.
        line.has_more(Duration::from_secs(1));
        line.send(&TEN[..4]);
        ask.answer(&mut line)?.is(&[204])?.says("Upload-Offset", 4)?;
        Ok(())
    })
    .needs(CREATION),
    should(
        354,
        "Core / PATCH",
        "with Expect: 100-continue a wrong offset is refused before the bytes are sent",
        |server| {
            let upload = server.create(10)?;
            let ask = server.patch(&upload, 5, b"").with("Expect", "100-continue").with("Connection", "close");
            let mut line = ask.clone().begin(5)?;
            let reply = ask.answer(&mut line)?;
            ensure(reply.status == 409 && !reply.continued, "409 without 100 before it", &reply)
        },
    )
    .needs(CREATION),
    must(355, "Core / PATCH", "what is behind the announced length is not taken for the upload's", |server| {
        let upload = server.create(10)?;
        let mut line = server.patch(&upload, 0, &TEN[..8]).begin(4)?;
        // What is behind is another request, and not a good one: refused, before or after the first is answered.
        line.half_close();
        line.drain();
        let offset = server.offset(&upload)?;
        ensure(offset <= 4, "an offset of at most 4", format!("Upload-Offset: {offset}"))
    })
    .needs(CREATION),
    must(361, "Core / PATCH", "after a body that ends early the upload goes on", |server| {
        let (upload, mut line) = begun(server)?;
        line.half_close();
        line.drain();
        goes_on(server, &upload, 4)
    })
    .needs(CREATION),
    should(362, "Core / PATCH", "of a body that ends early as much as came is kept", |server| {
        let (upload, mut line) = begun(server)?;
        line.half_close();
        line.drain();
        let offset = comes_to(server, &upload, 4)?;
        ensure(offset == 4, "Upload-Offset: 4", format!("Upload-Offset: {offset}"))
    })
    .needs(CREATION),
    must(363, "Core / PATCH", "after a connection that is closed in the middle the upload goes on", |server| {
        let (upload, line) = begun(server)?;
        drop(line);
        goes_on(server, &upload, 4)
    })
    .needs(CREATION),
    must(364, "Core / PATCH", "after a connection that is reset in the middle the upload goes on", |server| {
        let upload = server.create(10)?;
        let mut line = server.open()?;
        // Its reply stays unread, so that the connection is reset when it is dropped.
        line.send(server.ask("OPTIONS", &server.path).head().as_bytes());
        line.send(server.patch(&upload, 0, b"").with("Content-Length", 10).head().as_bytes());
        line.send(&TEN[..4]);
        line.reset();
        goes_on(server, &upload, 4)
    })
    .needs(CREATION),
    must(365, "Core / PATCH", "after a body in chunks that breaks the upload goes on", |server| {
        let upload = server.create(10)?;
        let mut line = server.open()?;
        line.send(server.patch(&upload, 0, b"").with("Transfer-Encoding", "chunked").head().as_bytes());
        line.send(b"4\r\n0123\r\nnot a chunk\r\n");
        line.half_close();
        line.drain();
        goes_on(server, &upload, 4)
    })
    .needs(CREATION),
    must(366, "Core / PATCH", "an offset that was told never goes back, however often connections break", |server| {
        let upload = server.create(10)?;
        let mut told = 0;
        for _ in 0..3 {
            let at = usize::try_from(told).unwrap_or(usize::MAX);
            let mut line = server.patch(&upload, told, &TEN[at..(at + 2).min(10)]).begin(10 - told)?;
            line.half_close();
            line.drain();
            let offset = server.offset(&upload)?;
            ensure(offset >= told, format!("an offset of at least {told}"), format!("Upload-Offset: {offset}"))?;
            told = offset;
        }
        Ok(())
    })
    .needs(CREATION),
    must(371, "Core / PATCH", "of two bodies for one offset at most one is taken", |server| {
        let (_, replies) = at_once(server)?;
        let taken = replies.iter().filter(|reply| reply.status == 204).count();
        ensure(taken <= 1, "at most one 204", format!("{} and {}", replies[0], replies[1]))
    })
    .needs(CREATION),
    should(372, "Core / PATCH", "the one that is not taken gets 409 or 423", |server| {
        let (_, replies) = at_once(server)?;
        let good = replies.iter().all(|reply| [204, 409, 423].contains(&reply.status));
        ensure(good, "204, 409 or 423", format!("{} and {}", replies[0], replies[1]))
    })
    .needs(CREATION),
    must(373, "Core / PATCH", "after two bodies for one offset the upload goes on", |server| {
        let (upload, _) = at_once(server)?;
        goes_on(server, &upload, 6)
    })
    .needs(CREATION),
];
