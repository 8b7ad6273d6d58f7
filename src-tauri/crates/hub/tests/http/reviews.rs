//! What the hub finds of a dossier when it comes in, and what it does not take.

use dossier::Procedure;
use hub::catalogue;
use serde_json::json;
use wire::{
    Code,
    dossiers::{DossierList, DossierView, Found},
    manifest::answers_sha256,
    path,
    problem::Remedy,
};

use crate::support::{Hub, problem};

const PROFILE: &str = include_str!("../../../../data/profiles/one-stop-2025.json");
const FORM: &str = include_str!("../../../../data/forms/nb-03.json");
const PROCEDURE: &str = include_str!("../../../../data/procedures/nb-03.json");

#[tokio::test]
async fn an_incomplete_dossier_is_taken_with_what_it_lacks_and_a_secret_one_is_not() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let ledger = hub.running.ledger();
    let now = dossier::Timestamp::from_unix_ms(1_795_230_000_000).unwrap();
    for json in [PROFILE, FORM, PROCEDURE] {
        catalogue::import(&**ledger, json, "Trần Văn Bình", now).await.unwrap();
    }

    // One that says of itself that it is secret leaves nothing here.
    let mut submission = device.submission(vec![], vec![]);
    submission.manifest.procedure = Procedure::from_json(PROCEDURE).unwrap().pin();
    let mut secret = submission.clone();
    secret.answers = json!({"assets": [{"id": "r1", "answers": {"asset_name": "(Tuyệt mật)"}}]});
    secret.manifest.answers_sha256 = answers_sha256(&secret.answers).unwrap();
    let refused = problem(device.submitting(&secret).send().await.unwrap()).await;
    assert_eq!((refused.code, refused.remedy()), (Code::SecretDeclared, Remedy::Quarantine));
    assert_eq!(refused.args["at"], json!("/answers/assets/0/answers/asset_name"));
    let list: DossierList = device.get(path::DOSSIERS).await.json().await.unwrap();
    assert!(list.dossiers.is_empty());

    let receipt = device.submit(&submission).await;
    assert_eq!(device.submit(&submission).await, receipt);
    let view: DossierView = device.get(&path::dossier(submission.manifest.dossier)).await.json().await.unwrap();
    let review = view.review.unwrap();
    let Found { blocking, .. } = review.found().unwrap();
    assert!(review.checked && blocking > 3, "{review:?}");
    let list: DossierList = device.get(path::DOSSIERS).await.json().await.unwrap();
    assert_eq!(list.dossiers[0].found, review.found());
}
