//! What every request and reply have in common: OPTIONS, versions, header names, the overridden method.

use super::CREATION;
use crate::check::{Check, Expect as _, ensure, must, should};
use crate::server::VERSION;

const UNKNOWN: &str = "0.0.1";

pub const CHECKS: &[Check] = &[
    must(101, "Core / OPTIONS", "OPTIONS succeeds without Tus-Resumable", |server| {
        server.ask("OPTIONS", &server.path).without("Tus-Resumable").send()?.is(&[200, 204])?;
        Ok(())
    }),
    must(102, "Core / OPTIONS", "OPTIONS names version 1.0.0 in Tus-Version", |server| {
        let reply = server.ask("OPTIONS", &server.path).send()?;
        let versions = reply.has("Tus-Version")?;
        ensure(versions.split(',').any(|version| version.trim() == VERSION), "1.0.0 in Tus-Version", &reply)
    }),
    must(103, "Core / OPTIONS", "OPTIONS succeeds whatever Tus-Resumable says", |server| {
        let ask = server.ask("OPTIONS", &server.path).without("Tus-Resumable").with("Tus-Resumable", UNKNOWN);
        ask.send()?.is(&[200, 204])?;
        Ok(())
    }),
    must(104, "Core / Tus-Version", "Tus-Version is a list of versions between commas", |server| {
        let reply = server.ask("OPTIONS", &server.path).send()?;
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let version = |text: &str| text.trim().split('.').count() == 3 && text.trim().split('.').all(number);
        ensure(reply.has("Tus-Version")?.split(',').all(version), "versions as 1.0.0, between commas", &reply)
    }),
    must(105, "Core / Tus-Extension", "Tus-Extension is a list of names between commas, each once", |server| {
        let reply = server.ask("OPTIONS", &server.path).send()?;
        let Some(value) = reply.header("Tus-Extension") else { return Ok(()) };
        let names: Vec<&str> = value.split(',').map(str::trim).collect();
        let good = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let once = names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1);
        ensure(names.iter().all(good) && once, "lower-case names, each once", &reply)
    }),
    must(106, "Core / Tus-Max-Size", "Tus-Max-Size, if given, is a whole number", |server| {
        let reply = server.ask("OPTIONS", &server.path).send()?;
        let Some(size) = reply.header("Tus-Max-Size") else { return Ok(()) };
        ensure(size.parse::<u64>().is_ok(), "a whole number", &reply)
    }),
    should(107, "Core / OPTIONS", "OPTIONS is answered at an upload's URL as well", |server| {
        let upload = server.create(1)?;
        server.ask("OPTIONS", &upload).send()?.is(&[200, 204])?.has("Tus-Version")?;
        Ok(())
    })
    .needs(CREATION),
    must(110, "Core / Tus-Resumable", "the reply to a creation carries Tus-Resumable", |server| {
        server.post().with("Upload-Length", 1).send()?.says("Tus-Resumable", VERSION)?;
        Ok(())
    })
    .needs(CREATION),
    must(111, "Core / Tus-Resumable", "the reply to HEAD carries Tus-Resumable", |server| {
        server.head(&server.create(1)?)?.says("Tus-Resumable", VERSION)?;
        Ok(())
    })
    .needs(CREATION),
    must(112, "Core / Tus-Resumable", "the reply to PATCH carries Tus-Resumable", |server| {
        server.patch(&server.create(2)?, 0, b"a").send()?.says("Tus-Resumable", VERSION)?;
        Ok(())
    })
    .needs(CREATION),
    must(113, "Core / Tus-Resumable", "a refusal carries Tus-Resumable", |server| {
        server.patch(&server.create(2)?, 1, b"a").send()?.refuses()?.says("Tus-Resumable", VERSION)?;
        Ok(())
    })
    .needs(CREATION),
    must(114, "Core / Tus-Resumable", "HEAD of an unknown version gets 412", |server| {
        let upload = server.create(1)?;
        server.ask("HEAD", &upload).without("Tus-Resumable").with("Tus-Resumable", UNKNOWN).send()?.is(&[412])?;
        Ok(())
    })
    .needs(CREATION),
    must(115, "Core / Tus-Resumable", "PATCH of an unknown version gets 412 and stores nothing", |server| {
        let upload = server.create(2)?;
        let ask = server.patch(&upload, 0, b"a").without("Tus-Resumable").with("Tus-Resumable", UNKNOWN);
        ask.send()?.is(&[412])?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    must(116, "Core / Tus-Resumable", "a creation of an unknown version gets 412 and makes nothing", |server| {
        let ask = server.post().with("Upload-Length", 1).without("Tus-Resumable").with("Tus-Resumable", UNKNOWN);
        ask.send()?.is(&[412])?.lacks("Location")?;
        Ok(())
    })
    .needs(CREATION),
    must(117, "Core / Tus-Resumable", "DELETE of an unknown version gets 412 and ends nothing", |server| {
        let upload = server.create(1)?;
        let ask = server.ask("DELETE", &upload).without("Tus-Resumable").with("Tus-Resumable", UNKNOWN);
        ask.send()?.is(&[412])?;
        server.stands_at(&upload, 0)
    })
    .needs(&["creation", "termination"]),
    must(118, "Core / Tus-Version", "the refusal 412 names the versions that are spoken", |server| {
        let upload = server.create(1)?;
        let ask = server.ask("HEAD", &upload).without("Tus-Resumable").with("Tus-Resumable", UNKNOWN);
        ask.send()?.is(&[412])?.has("Tus-Version")?;
        Ok(())
    })
    .needs(CREATION),
    should(119, "Core / Tus-Resumable", "PATCH without Tus-Resumable gets 412 and stores nothing", |server| {
        let upload = server.create(2)?;
        server.patch(&upload, 0, b"a").without("Tus-Resumable").send()?.is(&[412])?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    must(120, "Core / Headers", "header names in lower case mean the same", |server| {
        let upload = server.create(2)?;
        let reply = server.patch(&upload, 0, b"a").names(|name| name.to_ascii_lowercase()).send()?;
        reply.is(&[204])?.says("Upload-Offset", 1)?;
        Ok(())
    })
    .needs(CREATION),
    must(121, "Core / Headers", "header names in upper case mean the same", |server| {
        let upload = server.create(2)?;
        let reply = server.patch(&upload, 0, b"a").names(|name| name.to_ascii_uppercase()).send()?;
        reply.is(&[204])?.says("Upload-Offset", 1)?;
        Ok(())
    })
    .needs(CREATION),
    must(122, "Core / Headers", "white space around a header's value means nothing", |server| {
        let upload = server.create(2)?;
        let ask = server.patch(&upload, 0, b"a").without("Upload-Offset").with("Upload-Offset", " \t0 ");
        ask.send()?.is(&[204])?.says("Upload-Offset", 1)?;
        Ok(())
    })
    .needs(CREATION),
    must(123, "Core / X-HTTP-Method-Override", "POST overridden to PATCH appends", |server| {
        let upload = server.create(2)?;
        let ask = server.ask("POST", &upload).with("X-HTTP-Method-Override", "PATCH");
        let ask = ask.with("Content-Type", crate::server::BYTES).with("Upload-Offset", 0).body(b"a");
        ask.send()?.is(&[204])?.says("Upload-Offset", 1)?;
        server.stands_at(&upload, 1)
    })
    .needs(CREATION),
    must(124, "Core / X-HTTP-Method-Override", "POST overridden to DELETE terminates", |server| {
        let upload = server.create(2)?;
        server.ask("POST", &upload).with("X-HTTP-Method-Override", "DELETE").send()?.is(&[204])?;
        server.head(&upload)?.is(&[403, 404, 410])?;
        Ok(())
    })
    .needs(&["creation", "termination"]),
    must(125, "Core / X-HTTP-Method-Override", "GET overridden to HEAD tells the offset", |server| {
        let upload = server.create(2)?;
        server.patch(&upload, 0, b"a").send()?.is(&[204])?;
        let reply = server.ask("GET", &upload).with("X-HTTP-Method-Override", "HEAD").send()?;
        reply.is(&[200, 204])?.says("Upload-Offset", 1)?;
        Ok(())
    })
    .needs(CREATION),
    must(
        126,
        "Core / X-HTTP-Method-Override",
        "PUT overridden to PATCH appends: the actual method is ignored",
        |server| {
            let upload = server.create(2)?;
            let ask = server.ask("PUT", &upload).with("X-HTTP-Method-Override", "PATCH");
            let ask = ask.with("Content-Type", crate::server::BYTES).with("Upload-Offset", 0).body(b"a");
            ask.send()?.is(&[204])?.says("Upload-Offset", 1)?;
            Ok(())
        },
    )
    .needs(CREATION),
    should(127, "Core / X-HTTP-Method-Override", "a method that does not exist is refused", |server| {
        let upload = server.create(2)?;
        let reply = server.ask("POST", &upload).with("X-HTTP-Method-Override", "FROB").send()?;
        ensure(reply.status >= 400, "a refusal", &reply)
    })
    .needs(CREATION),
    must(128, "Core / Requests", "creation, PATCH and HEAD go over one connection", |server| {
        let mut line = server.open()?;
        let upload = server.created(&server.post().with("Upload-Length", 3).send_on(&mut line)?)?;
        server.patch(&upload, 0, b"abc").send_on(&mut line)?.is(&[204])?.says("Upload-Offset", 3)?;
        server.ask("HEAD", &upload).send_on(&mut line)?.is(&[200, 204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CREATION),
];
