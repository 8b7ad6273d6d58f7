//! Departments' lists of procedures without paper: sent once approved, fetched when they have changed.

use store::Digest;
use wire::{
    enrol::Distrust,
    no_paper::{ListReceipt, ListedList, ListsApplied, ListsInForce, MAX_LIST},
};

use crate::{Fault, Hub};

/// What the hub's lists brought.
#[derive(Debug)]
pub struct ListNews {
    /// Signed by the hub.
    pub lists: ListsInForce,
    /// The bodies that were lacked; each has the hash the hub says.
    pub bodies: Vec<(ListedList, Vec<u8>)>,
    /// Those that could not be taken, and why.
    pub refused: Vec<(ListedList, Fault)>,
}

/// Sends a list as its canonical JSON. The same again gives the same receipt.
///
/// # Errors
/// The link's and the hub's faults; [`wire::Code::RevisionExists`], [`wire::Code::DepartmentTaken`] among them;
/// [`Fault::Distrust`] for a receipt that is not the enrolled hub's for this very list.
pub async fn send_list(hub: &Hub, body: Vec<u8>) -> Result<ListReceipt, Fault> {
    let sha256 = Digest::of(&body);
    let receipt = hub.send_list(body).await?;
    receipt.verify(hub.id(), hub.key(), &sha256)?;
    Ok(receipt)
}

/// Asks for the lists in force, unless they are still those of `etag`, then for every body that `lacks` says is lacked. `None`:
/// nothing has changed.
///
/// # Errors
/// The link's and the hub's faults, and [`Fault::Distrust`] for lists that the enrolled hub has not signed. A single list that is not
/// what the hub says is refused by itself.
pub async fn fetch_lists(
    hub: &Hub,
    etag: Option<&str>,
    lacks: impl Fn(&ListedList) -> bool,
) -> Result<Option<ListNews>, Fault> {
    let Some(lists) = hub.lists(etag).await? else { return Ok(None) };
    lists.verify(hub.id(), hub.key())?;
    let (mut bodies, mut refused) = (vec![], vec![]);
    for listed in lists.lists.iter().filter(|listed| lacks(listed)) {
        match body(hub, listed).await {
            Ok(body) => bodies.push((listed.clone(), body)),
            Err(fault) if fault.is_of_the_link() && !matches!(fault, Fault::Distrust(_)) => return Err(fault),
            Err(fault) => refused.push((listed.clone(), fault)),
        }
    }
    Ok(Some(ListNews { lists, bodies, refused }))
}

async fn body(hub: &Hub, listed: &ListedList) -> Result<Vec<u8>, Fault> {
    if listed.bytes > MAX_LIST {
        return Err(Fault::Protocol("a list of a size that may be"));
    }
    let body = hub.list(&listed.sha256).await?;
    if Digest::of(&body) != listed.sha256 {
        return Err(Distrust::Mismatch("sha256").into());
    }
    Ok(body)
}

/// Tells the hub that a list counts here.
pub async fn tell_applied(hub: &Hub, sha256: &Digest) -> Result<(), Fault> {
    hub.list_applied(sha256).await
}

/// Who applies the own agency's lists.
pub async fn lists_applied(hub: &Hub) -> Result<ListsApplied, Fault> {
    hub.lists_applied().await
}
