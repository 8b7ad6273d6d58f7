//! How a person wants the window: language, theme, size of text, density.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Desk, Host, fault::Fault};

const NAME: &str = "preferences";

/// What is not said stays as it is for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    pub language: Language,
    pub theme: Theme,
    /// Of text, in tenths of a percent: 1000, 1125, 1250 or 1500.
    pub size: u16,
    pub density: Density,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Vi,
    En,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is set.
    #[default]
    Auto,
    Light,
    Dark,
    Contrast,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    #[default]
    Compact,
    Comfortable,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { language: Language::Vi, theme: Theme::Auto, size: 1000, density: Density::Compact }
    }
}

impl<H: Host> Desk<H> {
    pub(crate) async fn preferences(&self) -> Result<Preferences, Fault> {
        Ok(self.store().await?.setting(NAME).await?.unwrap_or_default())
    }

    pub(crate) async fn set_preferences(&self, preferences: &Preferences) -> Result<(), Fault> {
        Ok(self.store().await?.set_setting(NAME, preferences).await?)
    }
}
