//! Termination: an upload that is given up is gone.

use std::time::Instant;

use super::trouble::HANDOVER;
use crate::check::{Check, Expect as _, Not, ensure, must, should};
use crate::http::Reply;
use crate::server::Server;

const TERMINATION: &[&str] = &["creation", "termination"];

fn terminated(server: &Server) -> Result<(String, Reply), Not> {
    let upload = server.create(9)?;
    server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
    let reply = server.ask("DELETE", &upload).send()?;
    reply.is(&[204])?;
    Ok((upload, reply))
}

pub const CHECKS: &[Check] = &[
    must(701, "Termination / DELETE", "DELETE of an upload gets 204", |server| terminated(server).map(drop))
        .needs(TERMINATION),
    should(702, "Termination / DELETE", "after it HEAD gets 404 or 410", |server| {
        server.head(&terminated(server)?.0)?.is(&[404, 410])?.lacks("Upload-Offset")?;
        Ok(())
    })
    .needs(TERMINATION),
    should(703, "Termination / DELETE", "after it PATCH gets 404 or 410", |server| {
        server.patch(&terminated(server)?.0, 3, b"def").send()?.is(&[404, 410])?;
        Ok(())
    })
    .needs(TERMINATION),
    should(704, "Termination / DELETE", "a second DELETE gets 404 or 410", |server| {
        server.ask("DELETE", &terminated(server)?.0).send()?.is(&[404, 410])?;
        Ok(())
    })
    .needs(TERMINATION),
    should(705, "Termination / DELETE", "DELETE of what never was gets 404 or 410", |server| {
        let upload = server.create(1)?;
        server.ask("DELETE", &format!("{upload}00")).send()?.is(&[404, 410])?;
        Ok(())
    })
    .needs(TERMINATION),
    should(706, "Termination / DELETE", "an upload without a byte can be given up", |server| {
        let upload = server.create(9)?;
        server.ask("DELETE", &upload).send()?.is(&[204])?;
        server.head(&upload)?.is(&[404, 410])?;
        Ok(())
    })
    .needs(TERMINATION),
    should(707, "Termination / DELETE", "a finished upload is gone after 204, or it is refused", |server| {
        let upload = server.filled(b"abc")?;
        match server.ask("DELETE", &upload).send()? {
            reply if reply.status == 204 => server.head(&upload)?.is(&[404, 410]).map(drop),
            reply => reply.refuses().map(drop),
        }
    })
    .needs(TERMINATION),
    should(708, "Termination / DELETE", "DELETE during a PATCH that stalls is answered within 2 s", |server| {
        let upload = server.create(9)?;
        let _stalled = server.patch(&upload, 0, b"abc").begin(9)?;
        let asked = Instant::now();
        server.ask("DELETE", &upload).send()?.is(&[204])?;
        ensure(asked.elapsed() <= HANDOVER, "an answer within 2 s", format!("{:.1} s", asked.elapsed().as_secs_f64()))
    })
    .needs(TERMINATION),
];
