//! What is run, in a short form by tests and at full size by the measurement.

use std::{fs, panic, path::Path};

use dossier::{Expr, Form, evaluate, form, reading::Datum};

use super::{
    random::{self, Chance},
    reference,
};

#[derive(Debug, Default)]
pub struct RulesRun {
    /// Rules that gave something else than null or false.
    pub values: usize,
    /// Rules of which the two evaluators think differently.
    pub disagreements: usize,
    /// Rules that gave something else with their parts, or the form's fields, in another order.
    pub order_matters: usize,
    pub first: Option<String>,
}

/// Compares the evaluator with the reference on `n` random rules.
pub fn rules(n: usize, seed: u64) -> RulesRun {
    let (mut chance, mut run) = (Chance(seed), RulesRun::default());
    let form = random::form();
    for _ in 0..n {
        let (answers, world) = random::answers(&mut chance);
        let depth = 1 + chance.below(5);
        let rule = random::rule(&mut chance, depth, false);
        let found = evaluate::value(&form, &answers, random::today(), &rule);
        let expected = reference::value(&world, &rule, None);
        run.values += usize::from(!matches!(found, Datum::Null | Datum::Bool(false)));
        if found != expected {
            run.disagreements += 1;
            run.first.get_or_insert_with(|| format!("{rule:?} on {answers:?}: {found:?}, not {expected:?}"));
        }
        let mut other = form.clone();
        chance.shuffle(&mut other.sections[0].fields);
        let reordered = random::reordered(&mut chance, &rule);
        let again = evaluate::value(&other, &answers, random::today(), &reordered);
        if again != found {
            run.order_matters += 1;
            run.first.get_or_insert_with(|| format!("{rule:?}, reordered {reordered:?}: {again:?}, not {found:?}"));
        }
    }
    run
}

#[derive(Debug, Default)]
pub struct BoundsRun {
    pub panics: usize,
    /// Rules too deep or too long that had a value all the same.
    pub not_null: usize,
}

/// Rules of up to 200 levels and far more than the steps there are.
pub fn bounds(n: usize, seed: u64) -> BoundsRun {
    let (mut chance, mut run) = (Chance(seed), BoundsRun::default());
    let form = random::form();
    for _ in 0..n {
        let (answers, _) = random::answers(&mut chance);
        let mut rule = random::rule(&mut chance, 3, false);
        let deep = chance.below(2) == 0;
        if deep {
            for _ in 0..70 + chance.below(130) {
                rule = if chance.below(2) == 0 { Expr::Not(Box::new(rule)) } else { Expr::And(vec![rule]) };
            }
        } else {
            rule = Expr::Or(vec![Expr::Or(vec![rule; 110]); 110]);
        }
        let evaluated = panic::catch_unwind(|| evaluate::value(&form, &answers, random::today(), &rule));
        match evaluated {
            Ok(found) => run.not_null += usize::from(found != Datum::Null),
            Err(_) => run.panics += 1,
        }
    }
    run
}

#[derive(Debug, Default)]
pub struct SpoiltRun {
    pub refused: usize,
    pub problems: usize,
    pub panics: usize,
    /// Problems that name no line and column of the text.
    pub without_place: usize,
    /// Files that the checker passes and the product refuses, or the other way round.
    pub untold: usize,
    pub first: Option<String>,
}

/// Spoils copies of `forms` and checks them.
pub fn spoilt(forms: &[String], n: usize, seed: u64) -> SpoiltRun {
    let (mut chance, mut run) = (Chance(seed), SpoiltRun::default());
    for _ in 0..n {
        let text = {
            let form = chance.of(forms);
            random::spoil(&mut chance, &form)
        };
        let checked = panic::catch_unwind(|| (form::check(&text), Form::from_json(&text).is_ok()));
        let Ok((spots, reads)) = checked else {
            run.panics += 1;
            run.first.get_or_insert(text);
            continue;
        };
        run.refused += usize::from(!spots.is_empty());
        run.problems += spots.len();
        let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
        let stands = |line: usize, column: usize| {
            // One past the end of a line: where something is missing. An empty text has one line.
            line >= 1 && column >= 1 && lines.get(line - 1).is_some_and(|len| column <= len + 1)
        };
        let nowhere = spots.iter().filter(|spot| !stands(spot.line, spot.column)).count();
        if nowhere > 0 || reads != spots.is_empty() {
            run.without_place += nowhere;
            run.untold += usize::from(reads != spots.is_empty());
            run.first.get_or_insert_with(|| format!("{spots:?}\n{text}"));
        }
    }
    run
}

/// The forms that ship.
pub fn shipped() -> Vec<String> {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|it| it.join("src-tauri/data/forms"));
    let folder = folders.find(|folder| folder.is_dir()).expect("the shipped forms");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a form")).collect()
}
