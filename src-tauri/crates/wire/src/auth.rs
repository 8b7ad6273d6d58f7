//! Who sits at a device. A person signs in by name and password and gets an access token, good for minutes, which any replica of the hub
//! believes by its signature, and renews it by a refresh token, good for days, which the hub knows by hash only.
//!
//! The desktop makes each refresh token itself and names the next one's hash when it renews, as it does with its device token: an
//! exchange whose answer was lost can be repeated, while the same token shown with another successor is somebody else's copy, and
//! ends the session.

use std::{collections::BTreeSet, fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use dossier::{AccountId, AgencyCode, Date, DeviceId, Digest, Right, Role, Scope, Timestamp, digest::NotADigest, role};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    HubId, PublicKey, SigningKey,
    canonical::{NotCanonical, canonical},
    key::Kind,
};

/// How many minutes an access token is good.
pub const ACCESS_MINUTES: i64 = 15;
/// How many days a refresh token is good, and so a session that nobody renews.
pub const REFRESH_DAYS: i64 = 14;
/// For how many days after the last sign-in at the hub a person may sign in at the same desktop without it.
pub const OFFLINE_DAYS: i64 = 14;
/// Days before something runs out at which its owner is told, each once; 0: it has run out.
pub const NOTICE_DAYS: [i64; 5] = [14, 7, 3, 1, 0];
/// The shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// The longest, in bytes: a longer one only costs time.
pub const MAX_PASSWORD: usize = 256;

/// Which of [`NOTICE_DAYS`] is due with so many days left; `None` while there is time.
pub fn notice_due(days_left: i64) -> Option<i64> {
    NOTICE_DAYS.iter().copied().filter(|threshold| days_left <= *threshold).min().map(|threshold| {
        // On the last day it is still good.
        if threshold == 0 && days_left == 0 { 1 } else { threshold }
    })
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    pub hub: HubId,
    pub session: Uuid,
    pub account: AccountId,
    /// The sign-in name.
    pub name: String,
    pub roles: BTreeSet<Role>,
    pub scope: Scope,
    /// The person's own.
    pub agency: AgencyCode,
    /// The token counts at this device only.
    pub device: DeviceId,
    /// Nothing but changing the password is allowed.
    pub must_change: bool,
    pub expires_at: Timestamp,
}

impl Access {
    pub fn may(&self, right: Right) -> bool {
        !self.must_change && role::may(&self.roles, right)
    }

    /// The signed token: `base64url(canonical JSON).signature`.
    pub fn sign(&self, key: &SigningKey) -> Result<AccessToken, NotCanonical> {
        let bytes = canonical(self)?;
        let signature = key.sign(Kind::Access, &bytes);
        Ok(AccessToken(format!("{}.{signature}", URL_SAFE_NO_PAD.encode(bytes))))
    }
}

/// An access token as it travels.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct AccessToken(String);

/// Why an access token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoAccess {
    #[error("not an access token of this hub for this device")]
    Foreign,
    #[error("the access token has expired")]
    Expired,
}

impl AccessToken {
    pub fn from_header(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The value of the header [`crate::path::PERSON_TOKEN`].
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the token says, if the key signed it for this hub and device and its time is not over.
    pub fn verify(&self, hub: HubId, key: &PublicKey, device: DeviceId, now: Timestamp) -> Result<Access, NoAccess> {
        let (claims, signature) = self.0.split_once('.').ok_or(NoAccess::Foreign)?;
        let bytes = URL_SAFE_NO_PAD.decode(claims).map_err(|_| NoAccess::Foreign)?;
        let signature = signature.parse().map_err(|_| NoAccess::Foreign)?;
        key.verify(Kind::Access, &bytes, &signature).map_err(|_| NoAccess::Foreign)?;
        let access: Access = serde_json::from_slice(&bytes).map_err(|_| NoAccess::Foreign)?;
        if access.hub != hub || access.device != device {
            return Err(NoAccess::Foreign);
        }
        if access.expires_at <= now { Err(NoAccess::Expired) } else { Ok(access) }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// 32 random bytes of the desktop's choice; as text, 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What the hub keeps: the SHA-256 of the 32 bytes.
    pub fn hash(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The secret itself, for the device's own encrypted store.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl FromStr for RefreshToken {
    type Err = NotADigest;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Digest>().map(|bytes| Self(bytes.0))
    }
}

impl TryFrom<String> for RefreshToken {
    type Error = NotADigest;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RefreshToken> for String {
    fn from(token: RefreshToken) -> Self {
        token.reveal()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// A password on its way; it does not print itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it is hashed: NFC, so that a password typed on another system is the same.
    pub fn reveal(&self) -> String {
        dossier::text::nfc(&self.0)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// `POST /v1/auth/token`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInRequest {
    pub name: String,
    pub password: Password,
    /// [`RefreshToken::hash`] of the token the device will renew with.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub refresh_sha256: Digest,
}

/// `POST /v1/auth/refresh`. The same again gives another answer to the same exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefreshRequest {
    pub session: Uuid,
    pub refresh_token: RefreshToken,
    /// Of the token to renew with the next time.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub next_sha256: Digest,
}

/// `POST /v1/auth/revoke`: the session is over, whatever it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignOutRequest {
    pub session: Uuid,
    pub refresh_token: RefreshToken,
}

/// `POST /v1/auth/password`. The session goes on; the person's others end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordRequest {
    pub old: Password,
    pub new: Password,
}

/// The answer to signing in and renewing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenAnswer {
    pub session: Uuid,
    pub access_token: AccessToken,
    #[schema(value_type = String, format = DateTime)]
    pub access_expires_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub refresh_expires_at: Timestamp,
    pub me: Me,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Me {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// The sign-in name.
    pub sign_in_name: String,
    /// Họ và tên.
    pub name: String,
    #[schema(value_type = String)]
    pub agency: AgencyCode,
    /// Of the unit; none for a person of the whole agency.
    pub unit: Option<String>,
    #[schema(value_type = Vec<String>)]
    pub roles: BTreeSet<Role>,
    /// Nothing but changing the password is allowed.
    pub must_change: bool,
    /// What runs out, and was not acknowledged yet.
    pub notices: Vec<Notice>,
}

/// What can run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpiringKind {
    /// The password of an account of this hub.
    Password,
    /// A certificate to sign with.
    Certificate,
    /// An official mail account.
    MailAccount,
}

impl ExpiringKind {
    pub const ALL: &[Self] = &[Self::Password, Self::Certificate, Self::MailAccount];

    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Certificate => "certificate",
            Self::MailAccount => "mail_account",
        }
    }
}

impl FromStr for ExpiringKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.replace('-', "_");
        let found = Self::ALL.iter().copied().find(|kind| kind.name() == wanted);
        found.ok_or_else(|| "password, certificate or mail-account expected".to_owned())
    }
}

/// Something runs out soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(rename = "ExpiryNotice")]
pub struct Notice {
    pub kind: ExpiringKind,
    /// The certificate's serial number, the mail address, the sign-in name.
    pub identifier: String,
    /// Whose it is.
    pub holder: String,
    /// The last day it is good.
    #[schema(value_type = String, format = Date)]
    pub valid_until: Date,
    /// Negative when it has run out.
    #[ts(type = "number")]
    pub days_left: i64,
    /// One of [`NOTICE_DAYS`]: acknowledged, it comes again at the next.
    #[ts(type = "number")]
    pub threshold: i64,
}

/// `POST /v1/me/notices`: the person has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeRead {
    pub kind: ExpiringKind,
    pub identifier: String,
    #[schema(value_type = String, format = Date)]
    pub valid_until: Date,
    pub threshold: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        Access {
            hub: HubId(Uuid::from_u128(1)),
            session: Uuid::from_u128(2),
            account: AccountId(Uuid::from_u128(3)),
            name: "hoa.nt".into(),
            roles: [Role::Clerk].into(),
            scope: Scope::Agency,
            agency: "H06.16".parse().unwrap(),
            device: DeviceId(Uuid::from_u128(4)),
            must_change: false,
            expires_at: Timestamp::from_unix_ms(1000).unwrap(),
        }
    }

    #[test]
    fn a_token_counts_for_its_hub_its_device_and_its_time() {
        let (key, said) = (SigningKey::from_seed(&[1; 32]), access());
        let at = |ms| Timestamp::from_unix_ms(ms).unwrap();
        let token = AccessToken::from_header(&format!(" {} ", said.sign(&key).unwrap().reveal()));
        let verify = |hub, key: &SigningKey, device, now| token.verify(hub, &key.public(), device, at(now));
        assert_eq!(verify(said.hub, &key, said.device, 999), Ok(said.clone()));
        assert_eq!(verify(said.hub, &key, said.device, 1000), Err(NoAccess::Expired));
        assert_eq!(verify(HubId(Uuid::nil()), &key, said.device, 0), Err(NoAccess::Foreign));
        assert_eq!(verify(said.hub, &key, DeviceId(Uuid::nil()), 0), Err(NoAccess::Foreign));
        assert_eq!(verify(said.hub, &SigningKey::from_seed(&[2; 32]), said.device, 0), Err(NoAccess::Foreign));
        let more =
            Access { roles: [Role::Administrator].into(), ..said.clone() }.sign(&SigningKey::from_seed(&[2; 32]));
        let (claims, _) = more.as_ref().unwrap().reveal().split_once('.').unwrap();
        let (_, signature) = token.reveal().split_once('.').unwrap();
        let mixed = AccessToken(format!("{claims}.{signature}"));
        assert_eq!(mixed.verify(said.hub, &key.public(), said.device, at(0)), Err(NoAccess::Foreign));
        for text in ["", ".", "a.b", "é.é"] {
            let token = AccessToken::from_header(text);
            assert_eq!(token.verify(said.hub, &key.public(), said.device, at(0)), Err(NoAccess::Foreign), "{text}");
        }
        assert!(said.may(Right::Prepare) && !said.may(Right::Inspect));
        assert!(!Access { must_change: true, ..said }.may(Right::Prepare));
    }

    #[test]
    fn notices_come_at_their_days() {
        let due: Vec<Option<i64>> = [15, 14, 8, 7, 4, 3, 2, 1, 0, -1].into_iter().map(notice_due).collect();
        let expected = [None, Some(14), Some(14), Some(7), Some(7), Some(3), Some(3), Some(1), Some(1), Some(0)];
        assert_eq!(due, expected);
    }

    #[test]
    fn secrets_do_not_print() {
        let token = RefreshToken::from_random([7; 32]);
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        let request = SignInRequest {
            name: "hoa".into(),
            password: Password::new("bi\u{301} mật"),
            refresh_sha256: token.hash(),
        };
        assert!(!format!("{request:?} {token:?}").contains("mật"));
        assert_eq!(request.password.reveal(), "bí mật");
    }
}
