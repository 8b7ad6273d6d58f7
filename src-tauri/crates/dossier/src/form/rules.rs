//! What can be wrong with a form.
use super::Form;
use crate::{expr::Expr, located::Located};

pub(super) fn problems(_form: &Form) -> Vec<Located> {
    Vec::new()
}

pub(super) fn condition_problems(_form: &Form, _condition: &Expr, _path: &str) -> Vec<Located> {
    Vec::new()
}
