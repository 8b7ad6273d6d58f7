//! The short form of `cargo xtask measure forms`: random rules against a second evaluator, form files spoilt at random.

#[path = "properties/random.rs"]
mod random;
#[path = "properties/reference.rs"]
mod reference;
#[path = "properties/runs.rs"]
mod runs;

#[test]
fn two_evaluators_agree_on_random_rules_in_any_order() {
    let run = runs::rules(1_500, 7);
    assert_eq!((run.disagreements, run.order_matters), (0, 0), "{:?}", run.first);
    assert!(run.values > 400, "most rules give something: {run:?}");
}

#[test]
fn rules_beyond_their_bounds_are_null_and_nothing_panics() {
    let run = runs::bounds(60, 7);
    assert_eq!((run.panics, run.not_null), (0, 0), "{run:?}");
}

#[test]
fn spoilt_files_never_panic_and_every_problem_has_a_place() {
    let run = runs::spoilt(&runs::shipped(), 150, 7);
    assert_eq!((run.panics, run.without_place, run.untold), (0, 0, 0), "{run:?}");
    assert!(run.refused > 60, "most are refused: {run:?}");
}
