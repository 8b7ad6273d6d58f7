//! The hub's catalogue: its signed list when it has changed, and the bodies that are lacked here.

use wire::catalogue::{CatalogueManifest, Listed, MAX_BODY};

use crate::{Fault, Hub};

/// What the hub's catalogue brought.
#[derive(Debug)]
pub struct CatalogueNews {
    /// Signed by the hub.
    pub manifest: CatalogueManifest,
    /// The bodies that were lacked; each has the hash the list says.
    pub bodies: Vec<(Listed, Vec<u8>)>,
    /// Those that could not be taken, and why: what came has another hash, or is larger than it may be.
    pub refused: Vec<(Listed, Fault)>,
}

/// Asks for the list, unless it is still the one of `etag`, then for every body that `lacks` says is lacked. `None`: nothing has
/// changed.
///
/// # Errors
/// The link's and the hub's faults, and [`Fault::Distrust`] for a list that the enrolled hub has not signed. A single body that is
/// not what the list says is refused by itself.
pub async fn fetch_catalogue(
    hub: &Hub,
    etag: Option<&str>,
    lacks: impl Fn(&Listed) -> bool,
) -> Result<Option<CatalogueNews>, Fault> {
    let Some(manifest) = hub.catalogue(etag).await? else { return Ok(None) };
    manifest.verify(hub.id(), hub.key())?;
    let (mut bodies, mut refused) = (vec![], vec![]);
    for listed in manifest.entries.iter().filter(|listed| lacks(listed)) {
        match body(hub, listed).await {
            Ok(body) => bodies.push((listed.clone(), body)),
            Err(fault) if fault.is_of_the_link() && !matches!(fault, Fault::Distrust(_)) => return Err(fault),
            Err(fault) => refused.push((listed.clone(), fault)),
        }
    }
    Ok(Some(CatalogueNews { manifest, bodies, refused }))
}

async fn body(hub: &Hub, listed: &Listed) -> Result<Vec<u8>, Fault> {
    if listed.bytes > MAX_BODY {
        return Err(Fault::Protocol("a body of a size that may be"));
    }
    let body = hub.catalogue_entry(&listed.sha256).await?;
    if store::Digest::of(&body) != listed.sha256 {
        return Err(wire::enrol::Distrust::Mismatch("sha256").into());
    }
    Ok(body)
}
