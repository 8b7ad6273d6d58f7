//! Expiration: when an unfinished upload will be gone. No check waits for it.

use time::{OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::check::{Check, Expect as _, Not, ensure, may, must, should};
use crate::http::Reply;
use crate::server::Server;

const EXPIRATION: &[&str] = &["creation", "expiration"];

/// The one form of a date that RFC 9110 lets a server write.
const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

fn date(reply: &Reply, name: &str) -> Result<OffsetDateTime, Not> {
    let read = PrimitiveDateTime::parse(reply.has(name)?, DATE);
    read.map(PrimitiveDateTime::assume_utc).map_err(|_| Not::met(format!("{name} as RFC 9110 writes dates"), reply))
}

/// The reply to the first part of an upload that is not finished by it.
fn part(server: &Server) -> Result<(String, Reply), Not> {
    let upload = server.create(9)?;
    let reply = server.patch(&upload, 0, b"abc").send()?;
    reply.is(&[204])?;
    Ok((upload, reply))
}

pub const CHECKS: &[Check] = &[
    must(501, "Expiration / Upload-Expires", "the reply to a PATCH says when the upload expires", |server| {
        part(server)?.1.has("Upload-Expires")?;
        Ok(())
    })
    .needs(EXPIRATION),
    must(502, "Expiration / Upload-Expires", "it is a date as RFC 9110 writes dates, in GMT", |server| {
        date(&part(server)?.1, "Upload-Expires").map(drop)
    })
    .needs(EXPIRATION),
    must(503, "Expiration / Upload-Expires", "it lies after the reply's own date", |server| {
        let (_, reply) = part(server)?;
        let now = date(&reply, "Date").map_err(|_| Not::applicable("the reply has no Date to compare with"))?;
        ensure(date(&reply, "Upload-Expires")? > now, "a date to come", &reply)
    })
    .needs(EXPIRATION),
    should(504, "Expiration / Upload-Expires", "a creation says it as well, when it is known", |server| {
        let reply = server.post().with("Upload-Length", 9).send()?;
        reply.is(&[201])?;
        date(&reply, "Upload-Expires").map(drop)
    })
    .needs(EXPIRATION),
    should(505, "Expiration / Upload-Expires", "work on an upload never brings its end nearer", |server| {
        let (upload, first) = part(server)?;
        let second = server.patch(&upload, 3, b"def").send()?;
        let (before, after) = (date(&first, "Upload-Expires")?, date(&second, "Upload-Expires")?);
        ensure(after >= before, format!("not before {before}"), after)
    })
    .needs(EXPIRATION),
    may(506, "Expiration / Upload-Expires", "HEAD says it, too", |server| {
        let (upload, _) = part(server)?;
        date(&server.head(&upload)?, "Upload-Expires").map(drop)
    })
    .needs(EXPIRATION),
];
