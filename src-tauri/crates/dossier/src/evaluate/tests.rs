use proptest::prelude::*;

use self::reference::Reference;
use super::*;
use crate::{
    form::{Choice, Field, Group, Section},
    words::Words,
};

#[path = "reference.rs"]
mod reference;

fn words() -> Words {
    Words::new("chữ", "words")
}

fn field(id: &str, kind: FieldKind) -> Field {
    let json = serde_json::json!({"id": id, "label": words(), "type": kind});
    serde_json::from_value(json).unwrap()
}

fn number() -> FieldKind {
    FieldKind::Number { decimals: 2, min: None, max: None, unit: None }
}

fn options(codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice { code: (*code).into(), label: words(), visible_if: None }).collect()
}

fn group(id: &str, fields: Vec<Field>) -> Field {
    field(id, FieldKind::Group(Group { fields, min_rows: 0, max_rows: 50, row: words() }))
}

fn form(fields: Vec<Field>) -> Form {
    let section = Section { id: "s".into(), title: words(), help: None, visible_if: None, fields };
    Form { id: "f".into(), revision: 1, title: words(), sections: vec![section] }
}

fn expr(json: serde_json::Value) -> Expr {
    serde_json::from_value(json).unwrap()
}

fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

fn row(id: &str, answers: &[(&str, Value)]) -> Row {
    let answers = answers.iter().map(|(field, value)| (FieldId::from(*field), Answer::from(value.clone())));
    Row { id: id.into(), answers: answers.collect() }
}

fn answers(values: &[(&str, Value)]) -> Answers {
    values.iter().map(|(field, value)| (*field, value.clone())).collect()
}

/// What `rule` gives on these answers, through a calculated field that can hold it.
fn value_of(fields: Vec<Field>, given: &[(&str, Value)], kind: FieldKind, rule: serde_json::Value) -> Value {
    let mut result = field("result", kind);
    result.calculated = Some(expr(rule));
    let form = form([fields, vec![result]].concat());
    let evaluation = Evaluation::of(&form, &answers(given), today());
    evaluation.state("result", None).unwrap().value.clone()
}

fn holds_of(fields: Vec<Field>, given: &[(&str, Value)], rule: serde_json::Value) -> bool {
    value_of(fields, given, FieldKind::YesNo, rule) == Value::Bool(true)
}

mod meaning {
    use super::*;
    use serde_json::json;

    #[test]
    fn comparisons_with_what_is_missing_or_of_another_type_are_false_and_their_negation_true() {
        let fields = || vec![field("n", number()), field("t", FieldKind::Text { max: 9, format: None, pattern: None })];
        for op in ["eq", "ne", "lt", "le", "gt", "ge"] {
            let rule = json!({op: [{"field": "n"}, {"number": "1"}]});
            assert!(!holds_of(fields(), &[], rule.clone()), "{op} with null");
            assert!(!holds_of(fields(), &[("n", "abc".into())], rule.clone()), "{op} with ill-formed");
            assert!(!holds_of(fields(), &[("n", true.into())], rule.clone()), "{op} with another shape");
            assert!(holds_of(fields(), &[], json!({"not": rule})), "not {op}");
            let mixed = json!({op: [{"field": "n"}, {"field": "t"}]});
            assert!(!holds_of(fields(), &[("n", 1.into()), ("t", "1".into())], mixed), "{op} of two types");
        }
        assert!(!holds_of(fields(), &[("t", "a".into())], json!({"lt": [{"field": "t"}, {"text": "b"}]})));
        assert!(holds_of(fields(), &[("n", "1.50".into())], json!({"eq": [{"field": "n"}, {"number": "1.5"}]})));
    }

    #[test]
    fn sums_and_counts_go_over_rows() {
        let fields = || vec![group("g", vec![field("q", number()), field("p", number())])];
        let rows = Value::Rows(vec![
            row("r1", &[("q", 2.into()), ("p", "1500.25".into())]),
            row("r2", &[("q", 3.into())]),
            row("r3", &[("q", 1.into()), ("p", "0.5".into())]),
        ]);
        let given = [("g", rows)];
        let number_of = |rule| value_of(fields(), &given, number(), rule);
        let product = json!({"mul": [{"row": "q"}, {"row": "p"}]});
        assert_eq!(number_of(json!({"sum": {"group": "g", "of": product}})), "3001".into());
        assert_eq!(number_of(json!({"count": {"group": "g"}})), "3".into());
        let above = json!({"gt": [{"row": "q"}, {"number": "1"}]});
        assert_eq!(number_of(json!({"count": {"group": "g", "when": above}})), "2".into());
        assert_eq!(value_of(fields(), &[], number(), json!({"sum": {"group": "g", "of": {"row": "q"}}})), "0".into());
        let nested = json!({"sum": {"group": "g", "of": {"count": {"group": "g"}}}});
        assert_eq!(number_of(nested), "0".into());
        assert_eq!(
            number_of(json!({"add": [{"sum": {"group": "none", "of": {"row": "q"}}}, {"number": "1"}]})),
            Value::Null
        );
    }

    #[test]
    fn dates_are_counted_exactly_and_partial_ones_only_where_certain() {
        let fields = || vec![field("d", FieldKind::Date), field("p", FieldKind::PartialDate)];
        let given = [("d", "2026-01-31".into()), ("p", "1975".into())];
        let date_of = |rule| value_of(fields(), &given, FieldKind::Date, rule);
        assert_eq!(date_of(json!({"plus_months": [{"field": "d"}, {"number": "1"}]})), "2026-02-28".into());
        assert_eq!(date_of(json!({"plus_days": [{"field": "d"}, {"number": "-31"}]})), "2025-12-31".into());
        assert_eq!(date_of(json!({"plus_days": [{"field": "p"}, {"number": "1"}]})), Value::Null);
        assert_eq!(date_of(json!({"plus_days": [{"field": "d"}, {"number": "1.5"}]})), Value::Null);
        assert_eq!(date_of(json!({"plus_days": [{"field": "d"}, {"number": "9999999999"}]})), Value::Null);
        let days = json!({"days_between": [{"field": "d"}, "today"]});
        assert_eq!(value_of(fields(), &given, number(), days), "294".into());
        assert!(holds_of(fields(), &given, json!({"lt": [{"field": "p"}, {"date": "1976-01-01"}]})));
        let unsure = json!({"lt": [{"field": "p"}, {"date": "1975-06-01"}]});
        assert!(!holds_of(fields(), &given, unsure.clone()));
        assert!(!holds_of(fields(), &given, json!({"ge": [{"field": "p"}, {"date": "1975-06-01"}]})));
    }

    #[test]
    fn choices_are_members_and_emptiness_is_one_thing() {
        let many = FieldKind::ManyChoice { options: options(&["a", "b", "c"]), min: 0, max: None };
        let fields = || vec![field("m", many.clone()), field("t", FieldKind::LongText { max: 9 })];
        let given = [("m", Value::Choices(vec!["a".into(), "c".into()])), ("t", "  ".into())];
        assert!(holds_of(fields(), &given, json!({"in": [{"field": "m"}, [{"text": "c"}]]})));
        assert!(!holds_of(fields(), &given, json!({"in": [{"field": "m"}, [{"text": "b"}]]})));
        assert!(holds_of(fields(), &given, json!({"empty": {"field": "t"}})));
        assert!(holds_of(fields(), &given, json!({"empty": {"field": "no_such_field"}})));
        assert!(!holds_of(fields(), &given, json!({"empty": {"field": "m"}})));
        assert!(holds_of(fields(), &given, json!({"and": []})) && !holds_of(fields(), &given, json!({"or": []})));
    }
}

mod forms {
    use super::*;
    use serde_json::json;

    /// `b` is visible when `a` is yes; `c` when `b` is yes.
    fn chain() -> Form {
        let mut b = field("b", FieldKind::YesNo);
        b.visible_if = Some(Expr::eq(Expr::field("a"), Expr::Bool(true)));
        b.required = true;
        let mut c = field("c", number());
        c.visible_if = Some(Expr::eq(Expr::field("b"), Expr::Bool(true)));
        c.required = true;
        form(vec![c, b, field("a", FieldKind::YesNo)])
    }

    #[test]
    fn relevance_is_transitive_and_hidden_answers_are_neither_required_nor_sent() {
        let given = |a: bool| answers(&[("a", a.into()), ("b", true.into()), ("c", "5".into())]);
        let shown = Evaluation::of(&chain(), &given(true), today());
        assert!(shown.fields.iter().all(|state| state.visible));
        let hidden = Evaluation::of(&chain(), &given(false), today());
        let c = hidden.state("c", None).unwrap();
        assert!(!c.visible && !c.required && c.value == Value::Null);
        assert_eq!(submission_view(&chain(), &given(false), today()), json!({"a": false}));
        assert_eq!(submission_view(&chain(), &given(true), today()), json!({"a": true, "b": true, "c": "5"}));
        let open = Evaluation::of(&chain(), &answers(&[("a", true.into())]), today());
        assert!(open.state("b", None).unwrap().is_missing() && !open.state("c", None).unwrap().required);
    }

    #[test]
    fn what_is_sent_is_canonical_and_malformed_answers_stay_behind() {
        let phone = FieldKind::Text { max: 20, format: Some(crate::form::TextFormat::Phone), pattern: None };
        let inner = vec![
            field("amount", FieldKind::Money { min: 0, max: None }),
            field("note", FieldKind::LongText { max: 99 }),
        ];
        let form = form(vec![field("phone", phone), field("n", number()), field("bad", number()), group("g", inner)]);
        let rows = vec![row("r1", &[("amount", 1_500_000.into()), ("note", "Hòa".into())]), row("r2", &[])];
        let given = answers(&[
            ("phone", "+84 912.345.678".into()),
            ("n", "1.50".into()),
            ("bad", "một".into()),
            ("g", Value::Rows(rows)),
        ]);
        let sent = submission_view(&form, &given, today());
        let expected = json!({"phone": "0912345678", "n": "1.5", "g": [
            {"id": "r1", "answers": {"amount": 1_500_000, "note": "Hòa"}},
            {"id": "r2", "answers": {}},
        ]});
        assert_eq!(sent, expected);
        let evaluation = Evaluation::of(&form, &given, today());
        assert_eq!(evaluation.state("bad", None).unwrap().malformed, Some(Malformed::NotANumber));
        assert_eq!(evaluation.state("amount", Some("r1")).unwrap().value, 1_500_000.into());
    }

    #[test]
    fn rules_of_a_row_see_their_own_row_and_the_form_around() {
        let mut detail = field("detail", number());
        detail.visible_if = Some(expr(json!({"and": [{"field": "on"}, {"gt": [{"row": "n"}, {"number": "1"}]}]})));
        let form = form(vec![group("g", vec![field("n", number()), detail]), field("on", FieldKind::YesNo)]);
        let rows = || Value::Rows(vec![row("r1", &[("n", 1.into())]), row("r2", &[("n", 2.into())])]);
        let visible = |on: bool| -> Vec<bool> {
            let evaluation = Evaluation::of(&form, &answers(&[("g", rows()), ("on", on.into())]), today());
            ["r1", "r2"].map(|row| evaluation.state("detail", Some(row)).unwrap().visible).to_vec()
        };
        assert_eq!(visible(true), [false, true]);
        assert_eq!(visible(false), [false, false]);
    }

    #[test]
    fn dates_keep_to_their_bounds_and_others_see_nothing_of_one_outside() {
        let bounded = |id: &str, kind, earliest, latest| Field { earliest, latest, ..field(id, kind) };
        let mut after = field("after", FieldKind::YesNo);
        after.visible_if = Some(expr(json!({"not": {"empty": {"field": "decided"}}})));
        let form = form(vec![
            bounded("asked", FieldKind::Date, None, Some(Expr::Today)),
            bounded("decided", FieldKind::PartialDate, Some(Expr::field("asked")), None),
            after,
        ]);
        let malformed = |asked: &str, decided: &str| {
            let evaluation =
                Evaluation::of(&form, &answers(&[("asked", asked.into()), ("decided", decided.into())]), today());
            let of = |id: &str| evaluation.state(id, None).unwrap().malformed.clone();
            (of("asked"), of("decided"), evaluation.state("after", None).unwrap().visible)
        };
        let limit = |iso: &str| iso.parse::<PartialDate>().unwrap();
        assert_eq!(malformed("2026-11-21", "2026-11-21"), (None, None, true));
        assert_eq!(
            malformed("2026-11-22", "2026"),
            (Some(Malformed::TooLate { limit: limit("2026-11-21") }), None, true)
        );
        let early = Some(Malformed::TooEarly { limit: limit("2026-11-20") });
        assert_eq!(malformed("2026-11-20", "2026-10"), (None, early, false));
        assert_eq!(malformed("2026-11-20", "2026-11"), (None, None, true), "it may be the same day");
    }

    #[test]
    fn an_option_ruled_out_by_another_answer_is_not_offered() {
        let mut codes = options(&["x", "y"]);
        codes[1].visible_if = Some(Expr::eq(Expr::field("on"), Expr::Bool(true)));
        let form = form(vec![field("c", FieldKind::Choice { options: codes }), field("on", FieldKind::YesNo)]);
        let malformed = |on: bool| {
            let evaluation = Evaluation::of(&form, &answers(&[("c", "y".into()), ("on", on.into())]), today());
            evaluation.state("c", None).unwrap().malformed.clone()
        };
        assert_eq!(malformed(true), None);
        assert_eq!(malformed(false), Some(Malformed::NotOffered { option: "y".into() }));
        let state = |on: bool| {
            Evaluation::of(&form, &answers(&[("on", on.into())]), today()).state("c", None).unwrap().ruled_out.clone()
        };
        assert_eq!((state(true), state(false)), (vec![], vec!["y".to_owned()]));
    }

    #[test]
    fn circles_hide_their_fields_and_what_reads_them_and_nothing_else() {
        let with_rule = |id: &str, reads: &str| {
            let mut it = field(id, FieldKind::YesNo);
            it.visible_if = Some(Expr::Not(Box::new(Expr::field(reads))));
            it
        };
        let form = form(vec![
            with_rule("a", "b"),
            with_rule("b", "a"),
            with_rule("c", "a"),
            field("d", FieldKind::YesNo),
            with_rule("self", "self"),
        ]);
        let evaluation = Evaluation::of(&form, &Answers::default(), today());
        let visible: Vec<&str> = evaluation.fields.iter().filter(|it| it.visible).map(|it| it.field.as_str()).collect();
        assert_eq!(visible, ["d"]);
    }

    #[test]
    fn low_confidence_must_be_confirmed_by_somebody() {
        let mut name = field("name", FieldKind::LongText { max: 99 });
        name.confirm_below = Some(90);
        let form = form(vec![name]);
        let unconfirmed = |source, confidence, confirmed_by: Option<&str>| {
            let answer = Answer {
                value: "Nguyễn Văn An".into(),
                source,
                confidence,
                confirmed_by: confirmed_by.map(Into::into),
                at: None,
                origin: None,
            };
            let given: Answers = [("name", answer)].into_iter().collect();
            Evaluation::of(&form, &given, today()).state("name", None).unwrap().unconfirmed
        };
        assert_eq!(unconfirmed(Source::Ocr, Some(71), None), Some(71));
        assert_eq!(unconfirmed(Source::Ocr, Some(95), None), None);
        assert_eq!(unconfirmed(Source::Ocr, Some(71), Some("Lan")), None);
        assert_eq!(unconfirmed(Source::Typed, Some(71), None), None);
    }
}

mod bounds {
    use super::*;

    fn nested(depth: usize) -> Expr {
        (1..depth).fold(Expr::Bool(true), |inner, _| Expr::And(vec![inner]))
    }

    fn holds_alone(rule: Expr) -> bool {
        holds(&form(vec![field("a", FieldKind::YesNo)]), &Answers::default(), today(), &rule)
    }

    #[test]
    fn depth_and_steps_end_at_their_limits_exactly() {
        assert!(holds_alone(nested(MAX_DEPTH)));
        assert!(!holds_alone(nested(MAX_DEPTH + 1)));
        assert!(holds_alone(Expr::And(vec![Expr::Bool(true); MAX_STEPS - 1])));
        assert!(!holds_alone(Expr::And(vec![Expr::Bool(true); MAX_STEPS])));
        // Also where the answer would already be known.
        assert!(!holds_alone(Expr::Or(vec![Expr::Bool(true), nested(MAX_DEPTH)])));
    }

    #[test]
    fn more_rows_than_allowed_are_not_gone_through() {
        let form = form(vec![group("g", vec![field("n", number())])]);
        let rows = (0..51).map(|i| row(&i.to_string(), &[("n", 1.into())])).collect();
        let evaluation = Evaluation::of(&form, &answers(&[("g", Value::Rows(rows))]), today());
        assert_eq!(evaluation.fields.len(), 1);
        assert_eq!(evaluation.fields[0].malformed, Some(Malformed::TooManyRows { max: 50 }));
    }

    #[test]
    fn arithmetic_beyond_its_range_is_null() {
        let big = || Expr::Number(Decimal::MAX);
        let sum = Expr::Add(vec![big(), big()]);
        assert!(holds_alone(Expr::Empty(Box::new(sum))));
        assert!(holds_alone(Expr::Empty(Box::new(Expr::Mul(vec![big(), big()])))));
    }
}

/// Random forms of eight fields, some of them in a group, with random rules between them (circles included), and random
/// answers (ill-typed ones included).
mod random {
    use super::*;

    pub const TOP: [&str; 5] = ["n", "c", "d", "y", "m"];
    pub const INNER: [&str; 3] = ["gn", "gc", "gy"];

    fn kind(id: &str) -> FieldKind {
        match id.trim_start_matches('g') {
            "n" | "c" => number(),
            "d" => FieldKind::PartialDate,
            "m" => FieldKind::ManyChoice { options: options(&["a", "b"]), min: 0, max: None },
            _ => FieldKind::YesNo,
        }
    }

    fn leaf() -> BoxedStrategy<Expr> {
        prop_oneof![
            4 => prop::sample::select(TOP.to_vec()).prop_map(Expr::field),
            3 => prop::sample::select(INNER.to_vec()).prop_map(Expr::row),
            1 => prop::sample::select(["g", "gn", "none"].to_vec()).prop_map(Expr::field),
            2 => (-3_i64..4).prop_map(|n| Expr::Number(n.into())),
            1 => any::<bool>().prop_map(Expr::Bool),
            1 => prop::sample::select(vec!["a", "b", ""]).prop_map(|code| Expr::Text(code.into())),
            1 => prop::sample::select(vec!["1975-01-01", "1975-12-31", "2026-01-31"]).prop_map(|it| Expr::Date(it.parse().unwrap())),
            1 => Just(Expr::Today),
            1 => Just(Expr::Null),
        ]
        .boxed()
    }

    fn compound(part: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
        let list = || prop::collection::vec(part.clone(), 0..3);
        let pair = || (part.clone(), part.clone()).prop_map(Box::new);
        prop_oneof![
            list().prop_map(Expr::And),
            list().prop_map(Expr::Or),
            part.clone().prop_map(|it| Expr::Not(Box::new(it))),
            part.clone().prop_map(|it| Expr::Empty(Box::new(it))),
            part.clone().prop_map(|it| Expr::InWords(Box::new(it))),
            (0_usize..10, pair()).prop_map(|(op, pair)| {
                [
                    Expr::Eq,
                    Expr::Ne,
                    Expr::Lt,
                    Expr::Le,
                    Expr::Gt,
                    Expr::Ge,
                    Expr::Sub,
                    Expr::PlusDays,
                    Expr::DaysBetween,
                    Expr::YearsBetween,
                ][op](pair)
            }),
            (part.clone(), list()).prop_map(|pair| Expr::In(Box::new(pair))),
            list().prop_map(Expr::Add),
            list().prop_map(Expr::Mul),
        ]
        .boxed()
    }

    pub fn rule() -> BoxedStrategy<Expr> {
        let plain = leaf().prop_recursive(3, 12, 3, compound);
        // Aggregates stand outside other aggregates, as every form that was checked has them.
        let aggregate = prop_oneof![
            plain.clone().prop_map(|of| Expr::Sum { group: "g".into(), of: Box::new(of) }),
            prop::option::of(plain.clone())
                .prop_map(|when| Expr::Count { group: "g".into(), when: when.map(Box::new) }),
        ];
        prop_oneof![3 => plain.clone(), 1 => compound(prop_oneof![plain, aggregate].boxed())].boxed()
    }

    fn one_field(id: &'static str) -> impl Strategy<Value = Field> {
        let sometimes = |weight| prop::option::weighted(weight, rule());
        let rules = (sometimes(0.4), sometimes(0.3), sometimes(0.2), sometimes(0.2));
        rules.prop_map(move |(visible_if, calculated, earliest, latest)| Field {
            visible_if,
            calculated,
            earliest,
            latest,
            ..field(id, kind(id))
        })
    }

    pub fn any_form() -> impl Strategy<Value = Form> {
        let top = Vec::from(TOP.map(one_field));
        let inner = Vec::from(INNER.map(one_field));
        (top, inner, prop::option::weighted(0.3, rule())).prop_map(|(mut fields, inner, visible_if)| {
            fields.insert(2, Field { visible_if, ..group("g", inner) });
            form(fields)
        })
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            3 => (-3_i64..4).prop_map(Value::Integer),
            3 => prop::sample::select(vec!["1.50", "x", "", "1975", "1975-03", "2026-01-31", "a"]).prop_map(Value::text),
            3 => any::<bool>().prop_map(Value::Bool),
            2 => prop::sample::subsequence(vec!["a", "b", "q"], 0..=3).prop_map(|it| Value::Choices(it.into_iter().map(Into::into).collect())),
            1 => Just(Value::Null),
        ]
    }

    pub fn any_answers() -> impl Strategy<Value = Answers> {
        let cells = prop::collection::vec(
            prop::collection::btree_map(prop::sample::select(INNER.to_vec()), value(), 0..4),
            0..4,
        );
        (prop::collection::btree_map(prop::sample::select(TOP.to_vec()), value(), 0..6), cells).prop_map(
            |(top, rows)| {
                let mut answers: Answers = top.into_iter().collect();
                let rows = rows.into_iter().enumerate();
                let rows = rows.map(|(i, cells)| row(&format!("r{i}"), &cells.into_iter().collect::<Vec<_>>()));
                answers.set("g", Value::Rows(rows.collect()));
                answers
            },
        )
    }
}

/// Everything about a form's fields, whatever their order.
fn states(form: &Form, answers: &Answers) -> BTreeMap<(FieldId, Option<RowId>), FieldState> {
    let evaluation = Evaluation::of(form, answers, today());
    evaluation.fields.into_iter().map(|state| ((state.field.clone(), state.row.clone()), state)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_evaluator_agrees_with_the_definition(form in random::any_form(), answers in random::any_answers()) {
        let mut reference = Reference::new(&form, &answers);
        for (place, state) in states(&form, &answers) {
            let row = place.1.as_ref().map_or(0, |id| id.as_str()[1..].parse().unwrap());
            let (visible, datum) = reference.ask(&place.0, row);
            prop_assert_eq!(state.visible, visible, "{:?}", &place);
            let kind = &form.field(place.0.as_str()).unwrap().kind;
            let read = reading::read(kind, &state.value).unwrap_or(Datum::Null);
            let seen = if state.malformed.is_some() { Datum::Null } else { read };
            prop_assert_eq!(seen, datum, "{:?}", &place);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_order_of_fields_does_not_matter(form in random::any_form(), answers in random::any_answers(), order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let mut other = form.clone();
        let fields = &form.sections[0].fields;
        other.sections[0].fields = order.iter().map(|i| fields[*i].clone()).collect();
        for field in &mut other.sections[0].fields {
            if let FieldKind::Group(group) = &mut field.kind {
                group.fields.reverse();
            }
        }
        prop_assert_eq!(states(&form, &answers), states(&other, &answers));
        let sent = |form: &Form| crate::digest::canonical_json(&submission_view(form, &answers, today())).unwrap();
        prop_assert_eq!(sent(&form), sent(&other));
    }

    #[test]
    fn nothing_hidden_is_sent_and_what_is_sent_reads_back(form in random::any_form(), answers in random::any_answers()) {
        let sent = submission_view(&form, &answers, today());
        for ((field, row), state) in states(&form, &answers) {
            let Some(data) = (match &row {
                None => Some(&sent),
                Some(row) => sent["g"].as_array().and_then(|rows| rows.iter().find(|it| it["id"] == row.as_str())).map(|it| &it["answers"]),
            }) else { continue };
            let there = data.get(field.as_str()).is_some();
            prop_assert_eq!(there, state.visible && state.malformed.is_none() && !state.value.is_empty(), "{}", field);
        }
    }
}
