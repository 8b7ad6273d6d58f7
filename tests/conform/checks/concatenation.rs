//! Concatenation: partial uploads, sent side by side, become one.

use crate::check::{Check, Checked, Expect as _, Not, ensure, must, should};
use crate::http::Reply;
use crate::server::{Ask, Server};

const CONCATENATION: &[&str] = &["creation", "concatenation"];
const AND_TERMINATION: &[&str] = &["creation", "concatenation", "termination"];

/// A partial upload, begun.
fn begun(server: &Server, length: usize) -> Result<String, Not> {
    server.created(&server.post().with("Upload-Length", length).with("Upload-Concat", "partial").send()?)
}

/// A partial upload with these bytes.
fn partial(server: &Server, bytes: &[u8]) -> Result<String, Not> {
    let upload = begun(server, bytes.len())?;
    if !bytes.is_empty() {
        server.patch(&upload, 0, bytes).send()?.is(&[204])?;
    }
    Ok(upload)
}

/// The creation of a final upload of these.
fn join<'a>(server: &'a Server, partials: &[&str]) -> Ask<'a> {
    server.post().with("Upload-Concat", format!("final;{}", partials.join(" ")))
}

/// A final upload of two, and the two.
fn joined(server: &Server) -> Result<(String, [String; 2]), Not> {
    let parts = [partial(server, b"abc")?, partial(server, b"de")?];
    let reply = join(server, &[&parts[0], &parts[1]]).send()?;
    Ok((server.created(&reply)?, parts))
}

/// That a final upload is whole and this long.
fn is_whole(server: &Server, upload: &str, length: u64) -> Checked {
    server.head(upload)?.is(&[200, 204])?.says("Upload-Length", length)?.says("Upload-Offset", length)?;
    Ok(())
}

fn refuses(server: &Server, concat: &str) -> Checked {
    server.post().with("Upload-Length", 3).with("Upload-Concat", concat).send()?.refuses()?.lacks("Location")?;
    Ok(())
}

/// The whole uploads of joining these.
fn whole(server: &Server, partials: &[&str], length: u64) -> Checked {
    let reply: Reply = join(server, partials).send()?;
    is_whole(server, &server.created(&reply)?, length)
}

pub const CHECKS: &[Check] = &[
    must(801, "Concatenation / Upload-Concat", "a partial upload can be made", |server| begun(server, 3).map(drop))
        .needs(CONCATENATION),
    must(802, "Concatenation / Upload-Concat", "HEAD says of a partial upload that it is one", |server| {
        server.head(&begun(server, 3)?)?.is(&[200, 204])?.says("Upload-Concat", "partial")?;
        Ok(())
    })
    .needs(CONCATENATION),
    must(803, "Concatenation / Upload-Concat", "a partial upload takes bytes as any other", |server| {
        let upload = begun(server, 5)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?.says("Upload-Offset", 3)?;
        server.patch(&upload, 3, b"de").send()?.is(&[204])?.says("Upload-Offset", 5)?;
        server.stands_at(&upload, 5)
    })
    .needs(CONCATENATION),
    must(804, "Concatenation / Upload-Concat", "a partial upload needs a length, too", |server| {
        server.post().with("Upload-Concat", "partial").send()?.refuses()?;
        Ok(())
    })
    .needs(CONCATENATION),
    must(805, "Concatenation / Upload-Concat", "two partial uploads are joined", |server| joined(server).map(drop))
        .needs(CONCATENATION),
    must(
        806,
        "Concatenation / HEAD",
        "the final upload's length is the sum, and its offset, too, when it is done",
        |server| is_whole(server, &joined(server)?.0, 5),
    )
    .needs(CONCATENATION),
    must(807, "Concatenation / HEAD", "HEAD says of the final upload that it is one, and of which", |server| {
        let (upload, parts) = joined(server)?;
        let reply = server.head(&upload)?;
        let told = reply.has("Upload-Concat")?;
        let names = told.strip_prefix("final;").unwrap_or_default().split_whitespace();
        let names: Vec<String> = names.map(|url| server.resolve(url)).collect();
        ensure(names == parts, format!("Upload-Concat: final;{} {}", parts[0], parts[1]), &reply)
    })
    .needs(CONCATENATION),
    must(808, "Concatenation / PATCH", "PATCH of a final upload gets 403", |server| {
        server.patch(&joined(server)?.0, 5, b"f").send()?.is(&[403])?;
        Ok(())
    })
    .needs(CONCATENATION),
    must(809, "Concatenation / PATCH", "PATCH of a final upload changes nothing", |server| {
        let (upload, _) = joined(server)?;
        server.patch(&upload, 0, b"f").send()?.refuses()?;
        is_whole(server, &upload, 5)
    })
    .needs(CONCATENATION),
    must(810, "Concatenation / Upload-Concat", "partial uploads may be named by absolute URLs", |server| {
        let (one, two) = (partial(server, b"abc")?, partial(server, b"de")?);
        whole(server, &[&server.absolute(&one), &server.absolute(&two)], 5)
    })
    .needs(CONCATENATION),
    must(811, "Concatenation / Upload-Concat", "one alone is enough", |server| {
        whole(server, &[&partial(server, b"abc")?], 3)
    })
    .needs(CONCATENATION),
    must(812, "Concatenation / Upload-Concat", "twenty are not too many", |server| {
        let parts: Vec<String> = (0..20).map(|_| partial(server, b"ab")).collect::<Result<_, _>>()?;
        whole(server, &parts.iter().map(String::as_str).collect::<Vec<_>>(), 40)
    })
    .needs(CONCATENATION),
    must(813, "Concatenation / Upload-Concat", "a partial upload may occur twice in one", |server| {
        let (one, two) = (partial(server, b"abc")?, partial(server, b"de")?);
        whole(server, &[&one, &two, &one], 8)
    })
    .needs(CONCATENATION),
    must(814, "Concatenation / Upload-Concat", "a partial upload may be used for another final one", |server| {
        let (_, [one, two]) = joined(server)?;
        whole(server, &[&two, &one], 5)
    })
    .needs(CONCATENATION),
    should(815, "Concatenation / Upload-Concat", "an empty partial upload adds nothing", |server| {
        let (one, nothing) = (partial(server, b"abc")?, partial(server, b"")?);
        whole(server, &[&one, &nothing], 3)
    })
    .needs(CONCATENATION),
    must(816, "Concatenation / Upload-Metadata", "the final upload does not inherit metadata", |server| {
        let ask = server.post().with("Upload-Length", 3).with("Upload-Concat", "partial");
        let part = server.created(&ask.with("Upload-Metadata", server.metadata_with("part YQ==")).send()?)?;
        server.patch(&part, 0, b"abc").send()?.is(&[204])?;
        let reply = server.head(&server.created(&join(server, &[&part]).send()?)?)?;
        let told = reply.header("Upload-Metadata").unwrap_or_default();
        ensure(!told.contains("part"), "no metadata of the partial upload", &reply)
    })
    .needs(CONCATENATION),
    must(817, "Concatenation / Upload-Metadata", "the final upload has metadata of its own", |server| {
        let part = partial(server, b"abc")?;
        let metadata = server.metadata_with("whole Yg==");
        let reply = server.head(&server.created(&join(server, &[&part]).with("Upload-Metadata", metadata).send()?)?)?;
        ensure(reply.has("Upload-Metadata")?.contains("whole Yg=="), "whole Yg== in Upload-Metadata", &reply)
    })
    .needs(CONCATENATION),
    must(821, "Concatenation / Upload-Concat", "what does not exist cannot be joined", |server| {
        let part = partial(server, b"abc")?;
        join(server, &[&part, &format!("{part}00")]).send()?.refuses()?;
        Ok(())
    })
    .needs(CONCATENATION),
    should(822, "Concatenation / Upload-Concat", "an upload that is not partial cannot be joined", |server| {
        let (part, other) = (partial(server, b"abc")?, server.filled(b"de")?);
        join(server, &[&part, &other]).send()?.refuses()?;
        Ok(())
    })
    .needs(CONCATENATION),
    must(823, "Concatenation / Upload-Concat", "an unfinished one is joined only where that is advertised", |server| {
        let (part, unfinished) = (partial(server, b"abc")?, begun(server, 2)?);
        let reply = join(server, &[&part, &unfinished]).send()?;
        if server.can("concatenation-unfinished") {
            let upload = server.created(&reply)?;
            server.patch(&unfinished, 0, b"de").send()?.is(&[204])?;
            return is_whole(server, &upload, 5);
        }
        reply.refuses().map(drop)
    })
    .needs(CONCATENATION),
    should(824, "Concatenation / Upload-Concat", "another word is refused", |server| refuses(server, "whole"))
        .needs(CONCATENATION),
    should(825, "Concatenation / Upload-Concat", "a final upload of nothing is refused", |server| {
        server.post().with("Upload-Concat", "final;").send()?.refuses()?;
        Ok(())
    })
    .needs(CONCATENATION),
    should(
        826,
        "Concatenation / Upload-Length",
        "a final upload that brings a length of its own is refused or has the sum",
        |server| {
            let part = partial(server, b"abc")?;
            let reply = join(server, &[&part]).with("Upload-Length", 7).send()?;
            match reply.status {
                201 => is_whole(server, &server.created(&reply)?, 3),
                _ => reply.refuses().map(drop),
            }
        },
    )
    .needs(CONCATENATION),
    should(
        831,
        "Concatenation / Retry",
        "the same joining again finds the same final upload (beyond the protocol)",
        |server| {
            let (upload, [one, two]) = joined(server)?;
            let again = server.created(&join(server, &[&one, &two]).send()?)?;
            ensure(again == upload, format!("Location: {upload}"), format!("Location: {again}"))
        },
    )
    .needs(CONCATENATION),
    should(832, "Concatenation / Termination", "a final upload outlives its parts", |server| {
        let (upload, [one, _]) = joined(server)?;
        server.ask("DELETE", &one).send()?.is(&[204])?;
        is_whole(server, &upload, 5)
    })
    .needs(AND_TERMINATION),
    should(833, "Concatenation / Termination", "a part that was given up cannot be joined", |server| {
        let (one, two) = (partial(server, b"abc")?, partial(server, b"de")?);
        server.ask("DELETE", &one).send()?.is(&[204])?;
        join(server, &[&one, &two]).send()?.refuses()?;
        Ok(())
    })
    .needs(AND_TERMINATION),
];
