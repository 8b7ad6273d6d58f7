//! In which order the fields of a form can be evaluated so that each rule finds what it reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{Choice, Field, FieldKind, Form, Section};
use crate::key::FieldId;

/// A field and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'f> {
    pub section: &'f Section,
    /// The group it is a field of.
    pub group: Option<&'f Field>,
    pub field: &'f Field,
}

impl Form {
    /// Every field with its place, groups before their fields, in the order of the form.
    pub(crate) fn placed(&self) -> Vec<Placed<'_>> {
        let mut placed = Vec::new();
        for section in &self.sections {
            for field in &section.fields {
                placed.push(Placed { section, group: None, field });
                if let FieldKind::Group(group) = &field.kind {
                    placed.extend(group.fields.iter().map(|inner| Placed {
                        section,
                        group: Some(field),
                        field: inner,
                    }));
                }
            }
        }
        placed
    }

    /// The fields in an order in which each comes after all it reads, and those that cannot be ordered because they
    /// depend on each other in a circle (or on such). The order does not depend on the order of the form otherwise.
    pub(crate) fn evaluation_order(&self) -> (Vec<Placed<'_>>, Vec<Placed<'_>>) {
        let placed: BTreeMap<&FieldId, Placed<'_>> = self.placed().into_iter().map(|it| (&it.field.id, it)).collect();
        let mut waits_for: BTreeMap<&FieldId, BTreeSet<&FieldId>> = BTreeMap::new();
        let mut readers: BTreeMap<&FieldId, Vec<&FieldId>> = BTreeMap::new();
        for (id, place) in &placed {
            let reads: BTreeSet<_> = place.reads().into_iter().filter(|read| placed.contains_key(read)).collect();
            for read in &reads {
                readers.entry(read).or_default().push(id);
            }
            waits_for.insert(id, reads);
        }
        let mut ready: Vec<&FieldId> =
            waits_for.iter().filter(|(_, reads)| reads.is_empty()).map(|(id, _)| *id).collect();
        let mut order = Vec::new();
        while let Some(id) = ready.pop() {
            waits_for.remove(id);
            order.extend(placed.get(id));
            for reader in readers.remove(id).unwrap_or_default() {
                if let Some(reads) = waits_for.get_mut(reader)
                    && reads.remove(id)
                    && reads.is_empty()
                {
                    ready.push(reader);
                }
            }
        }
        let rest = waits_for.into_keys().filter_map(|id| placed.get(id).copied()).collect();
        (order, rest)
    }
}

impl<'f> Placed<'f> {
    /// The fields that its visibility and its value depend on. What is required and what must hold is found afterwards
    /// and nothing depends on it.
    pub(super) fn reads(&self) -> Vec<&'f FieldId> {
        let mut reads: Vec<&FieldId> = self.group.iter().map(|group| &group.id).collect();
        let options: &[Choice] = match &self.field.kind {
            FieldKind::Choice { options } | FieldKind::ManyChoice { options, .. } => options,
            _ => &[],
        };
        let Field { visible_if, calculated, earliest, latest, .. } = self.field;
        let rules = [&self.section.visible_if, visible_if, calculated, earliest, latest];
        for rule in rules.into_iter().chain(options.iter().map(|option| &option.visible_if)).flatten() {
            rule.each_reference(&mut |field| reads.push(field));
        }
        reads
    }
}
