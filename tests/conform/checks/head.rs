//! HEAD: where an upload stands.

use std::time::Duration;

use super::CREATION;
use crate::check::{Check, Expect as _, ensure, must, should};
use crate::server::Server;

/// A path beside a real upload's where nothing is.
fn nowhere(server: &Server) -> Result<String, crate::check::Not> {
    let upload = server.create(1)?;
    let (folder, name) = upload.rsplit_once('/').unwrap_or(("", &upload));
    // As long and of the same kind as a real name, and not one.
    let other: String = name.chars().rev().map(|c| if c == '0' { '1' } else { c }).collect();
    Ok(format!("{folder}/{}", if other == name { format!("{other}0") } else { other }))
}

pub const CHECKS: &[Check] = &[
    must(201, "Core / HEAD", "a new upload stands at offset 0", |server| server.stands_at(&server.create(7)?, 0))
        .needs(CREATION),
    must(202, "Core / HEAD", "the offset is that of the bytes that were taken", |server| {
        let upload = server.create(7)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.stands_at(&upload, 3)
    })
    .needs(CREATION),
    must(203, "Core / HEAD", "a known length is told", |server| {
        server.head(&server.create(7)?)?.says("Upload-Length", 7)?;
        Ok(())
    })
    .needs(CREATION),
    must(204, "Core / HEAD", "no cache may keep the answer: Cache-Control: no-store", |server| {
        let reply = server.head(&server.create(7)?)?;
        ensure(reply.has("Cache-Control")?.contains("no-store"), "Cache-Control: no-store", &reply)
    })
    .needs(CREATION),
    should(205, "Core / HEAD", "what does not exist gets 404, 410 or 403", |server| {
        server.head(&nowhere(server)?)?.is(&[403, 404, 410])?;
        Ok(())
    })
    .needs(CREATION),
    must(206, "Core / HEAD", "what does not exist has no Upload-Offset", |server| {
        server.head(&nowhere(server)?)?.lacks("Upload-Offset")?;
        Ok(())
    })
    .needs(CREATION),
    must(207, "Core / HEAD", "the answer has no body", |server| {
        let upload = server.create(7)?;
        let mut line = server.open()?;
        let reply = server.ask("HEAD", &upload).send_on(&mut line)?;
        ensure(!line.has_more(Duration::from_millis(200)), "nothing after the headers", &reply)
    })
    .needs(CREATION),
    must(208, "Core / HEAD", "asking changes nothing", |server| {
        let upload = server.create(7)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        (0..3).try_for_each(|_| server.stands_at(&upload, 3))?;
        server.patch(&upload, 3, b"defg").send()?.is(&[204])?;
        Ok(())
    })
    .needs(CREATION),
    must(209, "Core / HEAD", "a finished upload answers with its offset at its length", |server| {
        let reply = server.head(&server.filled(b"abc")?)?;
        reply.is(&[200, 204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CREATION),
    should(210, "Core / HEAD", "a finished upload still tells its length", |server| {
        server.head(&server.filled(b"abc")?)?.is(&[200, 204])?.says("Upload-Length", 3)?;
        Ok(())
    })
    .needs(CREATION),
    should(211, "Core / HEAD", "a name with a way up in it finds nothing", |server| {
        let upload = server.create(1)?;
        let folder = upload.rsplit_once('/').map_or("", |(folder, _)| folder);
        let reply = server.head(&format!("{folder}/..%2f..%2f..%2fetc%2fpasswd"))?;
        reply.refuses()?.lacks("Upload-Offset")?;
        Ok(())
    })
    .needs(CREATION),
];
