//! What single pages tell: sharp enough, something on them, readable, the right way up, and as many as there should be.

use super::{PageFacts, PaperFacts, Taken, of_page, of_paper};
use crate::{
    check::{Basis, Finding, FindingKind},
    procedure::{PageCount, Procedure},
};

/// Words read with less confidence on the average, in percent, are as good as not read: of clean print the mean is above 85, of a
/// photograph out of focus below 50.
const READABLE: u8 = 50;
/// Fewer words are too few to say so.
const ENOUGH_WORDS: u32 = 8;
/// From so much ink on, in thousandths of the sheet, there is something that could be read: a third of a page of text has 15. Above
/// the second it is a picture.
const TEXT_INK: std::ops::Range<u16> = 15..150;

pub(super) fn findings(procedure: &Procedure, taken: &Taken, paper: &PaperFacts) -> Vec<Finding> {
    let mut findings = Vec::from_iter(count(procedure, paper));
    for (i, page) in paper.pages.iter().enumerate() {
        let mut add = |what, why| findings.push(Finding { place: of_page(paper, i), what, blocking: false, why });
        if page.blank {
            // One sheet that is blank on purpose is no paper at all: then it is not ready, and told so.
            if paper.pages.len() > 1 {
                add(FindingKind::BlankPage, None);
            }
            continue;
        }
        if let (Some((profile, rule)), Some(dpi)) = (&taken.scans, page.dpi)
            && dpi < rule.min_dpi
        {
            let why = Basis::Profile { profile: profile.clone(), verified: rule.verified };
            add(FindingKind::LowResolution { dpi, min: rule.min_dpi }, Some(why));
        }
        if !page.upright {
            add(FindingKind::OrientationUnsure, None);
        } else if unreadable(page) {
            add(FindingKind::UnreadablePage { confidence: page.confidence }, None);
        }
    }
    findings
}

/// Whether a page with writing on it gave next to nothing to read.
fn unreadable(page: &PageFacts) -> bool {
    if !page.read {
        return false;
    }
    if page.words >= ENOUGH_WORDS {
        page.confidence < READABLE
    } else {
        page.words == 0 && TEXT_INK.contains(&page.ink)
    }
}

fn count(procedure: &Procedure, paper: &PaperFacts) -> Option<Finding> {
    let component = procedure.component(paper.component.as_str())?;
    let PageCount { min, max } = component.pages?;
    let have = u32::try_from(paper.pages.len()).ok().filter(|have| *have > 0)?;
    let what = match (min.filter(|min| have < *min), max.filter(|max| have > *max)) {
        (Some(min), _) => FindingKind::TooFewPages { have, min },
        (_, Some(max)) => FindingKind::TooManyPages { have, max },
        _ => return None,
    };
    let why = Basis::of_component(procedure, component.code.as_str(), "pages");
    Some(Finding { place: of_paper(paper), what, blocking: false, why })
}
