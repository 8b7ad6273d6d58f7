//! Becoming known to a hub.

use serde_json::json;
use store::{Act, DeviceId, Digest, Enrolment, Store};
use wire::enrol::{DeviceToken, EnrolRequest, EnrolmentString};

use crate::{Clock, Fault, Proxy, Timeouts, hub};

/// The token that an exchange in flight was begun with: after a lost answer the same one must be shown again.
const PENDING: &str = "enrolment.pending";

/// Who enrols.
#[derive(Debug, Clone, Copy)]
pub struct Enrolling<'a> {
    pub device: DeviceId,
    /// What people call this computer.
    pub device_name: &'a str,
    /// The person, for the journal.
    pub who: &'a str,
    pub proxy: Option<&'a Proxy>,
}

/// Enrols this profile by the string that `hoso-hub enrol-code` printed. The code is shown only to a hub that has proved to
/// hold the key the string names. May be repeated after any fault; with the same hub it renews the enrolment.
///
/// # Errors
/// [`Fault::EnrolmentString`]; [`Fault::Distrust`] when another hub answers; [`Fault::Refused`] with
/// [`wire::Code::UnknownCode`] or [`wire::Code::UsedCode`]; [`store::Clash::OtherHub`] or [`store::Clash::OtherAgency`] when
/// the profile has another hub, or another agency of it.
pub async fn enrol(
    store: &Store,
    string: &str,
    enrolling: Enrolling<'_>,
    clock: &dyn Clock,
    timeouts: Timeouts,
) -> Result<Enrolment, Fault> {
    let string: EnrolmentString = string.parse()?;
    let token = pending_token(store, &string).await?;
    let request = EnrolRequest {
        code: string.code.clone(),
        device: enrolling.device,
        device_name: enrolling.device_name.to_owned(),
        token_sha256: token.hash(),
    };
    let answer = hub::exchange(&string.url, &string.fingerprint, &request, &timeouts, enrolling.proxy).await?;
    let now = clock.now();
    let enrolment = Enrolment {
        hub_url: string.url.to_string(),
        hub_id: answer.hub_id.to_string(),
        hub_public_key: key_bytes(&answer.hub_public_key.to_string())?,
        device: enrolling.device,
        token: token.reveal(),
        agency_code: answer.agency.code.to_string(),
        agency_name: answer.agency.name,
        station: answer.station,
        support_number: answer.support_number,
        enrolled_at: now,
    };
    let (who, device) = (enrolling.who, enrolling.device);
    let act = Act { at: now, who, device, automatic: false, what: "hub.enrolled" };
    store.set_enrolment(&enrolment, &act).await?;
    store.set_setting(PENDING, &json!(null)).await?;
    Ok(enrolment)
}

/// The token of an unfinished exchange of this very code, or a new one, kept before it is used.
async fn pending_token(store: &Store, string: &EnrolmentString) -> Result<DeviceToken, Fault> {
    let code = string.code.hash().to_string();
    let pending: Option<Option<(String, String)>> = store.setting(PENDING).await?;
    if let Some((of, token)) = pending.flatten()
        && of == code
        && let Ok(token) = token.parse()
    {
        return Ok(token);
    }
    let token = DeviceToken::from_random(hub::random()?);
    store.set_setting(PENDING, &(code, token.reveal())).await?;
    Ok(token)
}

fn key_bytes(hex: &str) -> Result<[u8; 32], Fault> {
    // The same text form: 32 bytes as hexadecimal digits.
    hex.parse::<Digest>().map(|bytes| bytes.0).map_err(|_| Fault::Protocol("hub_public_key"))
}

#[cfg(test)]
mod tests {
    use store::{Clash, StoreError};
    use wire::{Code, enrol::Distrust};

    use super::*;
    use crate::testing::{Desk, FakeHub, Mishap, clock, device, timeouts};

    async fn try_enrol(desk: &Desk, string: &str) -> Result<Enrolment, Fault> {
        let enrolling = Enrolling { device: device(), device_name: "Máy 1", who: "Cán bộ", proxy: None };
        enrol(&desk.store, string, enrolling, clock().as_ref(), timeouts()).await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_hub_is_pinned_and_the_token_works() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        let enrolment = try_enrol(&desk, &hub.enrolment_string()).await.unwrap();
        assert_eq!(desk.store.enrolment().await.unwrap(), Some(enrolment.clone()));
        assert_eq!(enrolment.hub_id, hub.id.to_string());
        assert_eq!((enrolment.agency_code.as_str(), enrolment.station.as_str()), ("H06.16", "01"));
        let token: DeviceToken = enrolment.token.parse().unwrap();
        assert_eq!(hub.known().enrolled[0].token_sha256, token.hash());
        let online = crate::Hub::new(&enrolment, timeouts()).unwrap().ping(clock().as_ref()).await.unwrap();
        assert_eq!(online.skew_ms, online.at.unix_ms() - online.hub_time.unix_ms());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_lost_answer_is_asked_for_again_with_the_same_token() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        hub.mishap("POST", "/v1/enrolments", &[Mishap::LostReply]);
        assert!(matches!(try_enrol(&desk, &hub.enrolment_string()).await, Err(Fault::NoAnswer(_))));
        assert_eq!(desk.store.enrolment().await.unwrap(), None);
        try_enrol(&desk, &hub.enrolment_string()).await.unwrap();
        let known = hub.known();
        assert_eq!(known.enrolled.len(), 2);
        assert_eq!(known.enrolled[0], known.enrolled[1]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_used_code_and_a_second_hub_are_refused() {
        let (hub, one, two) = (FakeHub::start().await, Desk::new().await, Desk::new().await);
        try_enrol(&one, &hub.enrolment_string()).await.unwrap();
        match try_enrol(&two, &hub.enrolment_string()).await {
            Err(Fault::Refused { problem, .. }) => assert_eq!(problem.code, Code::UsedCode),
            other => panic!("{other:?}"),
        }
        assert_eq!(two.store.enrolment().await.unwrap(), None);
        let other = Enrolment { hub_id: "other".into(), ..hub.enrolment() };
        let act = Act { at: clock().now(), who: "", device: device(), automatic: false, what: "test" };
        two.store.set_enrolment(&other, &act).await.unwrap();
        let second = FakeHub::start().await;
        let refused = try_enrol(&two, &second.enrolment_string()).await;
        assert!(matches!(refused, Err(Fault::Store(StoreError::Conflict(Clash::OtherHub { .. })))));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_code_is_not_shown_to_another_hub() {
        let (hub, desk) = (FakeHub::start().await, Desk::new().await);
        let stranger = wire::SigningKey::from_seed(&[9; 32]).public().fingerprint();
        let string = hub.enrolment_string();
        let string = format!("{}#{stranger}", string.rsplit_once('#').unwrap().0);
        let refused = try_enrol(&desk, &string).await;
        assert!(matches!(refused, Err(Fault::Distrust(Distrust::WrongKey { .. }))));
        assert_eq!(hub.requests("POST", "/v1/enrolments"), 0);
        for wrong in ["", "http://127.0.0.1#x", "http://hub.example#7K3Q-0ZDX-9M2A-VB5T#00"] {
            assert!(matches!(try_enrol(&desk, wrong).await, Err(Fault::EnrolmentString(_))), "{wrong}");
        }
    }
}
