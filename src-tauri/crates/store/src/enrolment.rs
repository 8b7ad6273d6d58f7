//! The hub this profile is enrolled with: its address, its pinned key, and our credentials with it.

use std::fmt;

use dossier::{DeviceId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, Clash, Result, Store, StoreError,
    columns::{self, Columns},
    ms,
};

/// What enrolling gave. The token is a secret; it is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub hub_url: String,
    pub hub_id: String,
    /// The hub's Ed25519 public key, pinned: a hub with another key is another hub.
    pub hub_public_key: [u8; 32],
    pub device: DeviceId,
    /// What this device shows the hub with every request.
    pub token: String,
    pub agency_code: String,
    pub agency_name: String,
    /// Short name of this device in provisional codes.
    pub station: String,
    pub support_number: String,
    pub enrolled_at: Timestamp,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolment")
            .field("hub_url", &self.hub_url)
            .field("hub_id", &self.hub_id)
            .field("device", &self.device)
            .field("agency_code", &self.agency_code)
            .field("station", &self.station)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The present enrolment; `None` before the first.
    pub async fn enrolment(&self) -> Result<Option<Enrolment>> {
        let row = sqlx::query("SELECT * FROM enrolment").fetch_optional(self.read()).await?;
        row.as_ref().map(enrolment).transpose()
    }

    /// Keeps the enrolment. Enrolling again for the same agency of the same hub renews it.
    ///
    /// # Errors
    /// [`Clash::OtherHub`] when the profile belongs to another hub (other id or other key); [`Clash::OtherAgency`] when
    /// it belongs to another of its agencies: the feed and its cursor are an agency's.
    pub async fn set_enrolment(&self, new: &Enrolment, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let stored = sqlx::query("SELECT * FROM enrolment").fetch_optional(&mut *write).await?;
        if let Some(stored) = stored.as_ref().map(enrolment).transpose()? {
            if stored.hub_id != new.hub_id || stored.hub_public_key != new.hub_public_key {
                return Err(StoreError::Conflict(Clash::OtherHub { hub_id: stored.hub_id }));
            }
            if stored.agency_code != new.agency_code {
                return Err(StoreError::Conflict(Clash::OtherAgency { agency_code: stored.agency_code }));
            }
        }
        sqlx::query("INSERT OR REPLACE INTO enrolment VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(&new.hub_url)
            .bind(&new.hub_id)
            .bind(new.hub_public_key.to_vec())
            .bind(columns::id(new.device.0))
            .bind(&new.token)
            .bind(&new.agency_code)
            .bind(&new.agency_name)
            .bind(&new.station)
            .bind(&new.support_number)
            .bind(ms(new.enrolled_at))
            .execute(&mut *write)
            .await?;
        crate::journal::append(&mut write, act, None, None, None).await?;
        Ok(write.commit().await?)
    }
}

fn enrolment(row: &SqliteRow) -> Result<Enrolment> {
    Ok(Enrolment {
        hub_url: row.text("hub_url")?,
        hub_id: row.text("hub_id")?,
        hub_public_key: row.hash("hub_public_key")?,
        device: row.id("device")?,
        token: row.text("token")?,
        agency_code: row.text("agency_code")?,
        agency_name: row.text("agency_name")?,
        station: row.text("station")?,
        support_number: row.text("support_number")?,
        enrolled_at: row.at("enrolled_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, at, device};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_profile_stays_with_its_hub() {
        let mut fixture = Fixture::new().await;
        let first = Enrolment {
            hub_url: "http://127.0.0.1:1".into(),
            hub_id: "hub-1".into(),
            hub_public_key: [1; 32],
            device: device(),
            token: "bí mật".into(),
            agency_code: "H06.16".into(),
            agency_name: "UBND xã".into(),
            station: "QN01".into(),
            support_number: "1900".into(),
            enrolled_at: at(1),
        };
        assert_eq!(fixture.store().enrolment().await.unwrap(), None);
        fixture.store().set_enrolment(&first, &act(1)).await.unwrap();
        fixture.kill_and_reopen().await;
        let renewed = Enrolment { hub_url: "https://hub.example".into(), ..first.clone() };
        fixture.store().set_enrolment(&renewed, &act(2)).await.unwrap();
        for other in [
            Enrolment { hub_id: "hub-2".into(), ..first.clone() },
            Enrolment { hub_public_key: [2; 32], ..first.clone() },
        ] {
            let refused = fixture.store().set_enrolment(&other, &act(3)).await;
            assert!(matches!(refused, Err(StoreError::Conflict(Clash::OtherHub { .. }))));
        }
        let neighbour = Enrolment { agency_code: "H06.17".into(), ..first.clone() };
        match fixture.store().set_enrolment(&neighbour, &act(4)).await {
            Err(StoreError::Conflict(Clash::OtherAgency { agency_code })) => assert_eq!(agency_code, "H06.16"),
            other => panic!("{other:?}"),
        }
        assert_eq!(fixture.store().enrolment().await.unwrap(), Some(renewed.clone()));
        assert!(!format!("{renewed:?}").contains("bí mật"));
    }
}
