use super::*;
use serde_json::{Value, json};

fn form_with(fields: Value) -> Form {
    let words = json!({"vi": "chữ", "en": "words"});
    let mut form =
        json!({"id": "f", "revision": 1, "title": words, "sections": [{"id": "s", "title": words, "fields": fields}]});
    label(&mut form["sections"][0]["fields"], &words);
    serde_json::from_value(form).unwrap()
}

fn label(fields: &mut Value, words: &Value) {
    for field in fields.as_array_mut().unwrap() {
        field["label"] = words.clone();
        if let Some(group) = field["type"].get_mut("group") {
            group["row"] = words.clone();
            label(&mut group["fields"], words);
        }
    }
}

fn told(fields: Value) -> Vec<String> {
    problems(&form_with(fields)).iter().map(ToString::to_string).collect()
}

fn told_of_rule(rule: Value) -> Vec<String> {
    let choice = json!({"choice": {"options": [{"code": "x", "label": {"vi": "x", "en": "x"}}]}});
    let mut asked = json!({"id": "asked", "type": "yes_no"});
    asked["visible_if"] = rule;
    told(json!([
        {"id": "n", "type": {"number": {}}},
        {"id": "c", "type": choice},
        {"id": "d", "type": "date"},
        {"id": "g", "type": {"group": {"max_rows": 3_000, "fields": [{"id": "gn", "type": {"number": {}}}]}}},
        asked,
    ]))
}

#[test]
fn every_wrong_reference_and_type_is_told_with_its_place() {
    let place = "sections[0].fields[4].visible_if";
    let cases = [
        (json!({"empty": {"field": "zz"}}), format!("{place}.empty.field: there is no field zz")),
        (
            json!({"empty": {"field": "gn"}}),
            format!("{place}.empty.field: gn stands inside a group: reach it by sum or count"),
        ),
        (json!({"empty": {"row": "gn"}}), format!("{place}.empty.row: gn is not a field of this row")),
        (json!({"field": "n"}), format!("{place}: expected bool, found number")),
        (json!({"and": ["today"]}), format!("{place}.and[0]: expected bool, found date")),
        (json!({"eq": [{"field": "n"}, {"field": "d"}]}), format!("{place}.eq: expected number, found date")),
        (json!({"lt": [{"field": "c"}, {"text": "x"}]}), format!("{place}.lt[0]: expected number or date, found text")),
        (json!({"eq": [{"field": "c"}, {"text": "y"}]}), format!("{place}.eq: c has no option \"y\"")),
        (
            json!({"in": [{"field": "c"}, [{"text": "x"}, {"text": "y"}]]}),
            format!("{place}.in[1][1]: c has no option \"y\""),
        ),
        (
            json!({"gt": [{"count": {"group": "n"}}, {"number": 1}]}),
            format!("{place}.gt[0].count: n is not a repeated group"),
        ),
        (
            json!({"gt": [{"sum": {"group": "g", "of": {"add": [{"count": {"group": "g"}}]}}}, {"number": 1}]}),
            format!("{place}.gt[0].sum.add[0].count: sum and count cannot stand inside sum and count"),
        ),
        (
            json!({"gt": [{"sum": {"group": "g", "of": {"add": [{"row": "gn"}, {"row": "gn"}, {"row": "gn"}]}}}, {"number": 1}]}),
            format!("{place}: more than 10000 steps"),
        ),
    ];
    for (rule, expected) in cases {
        assert_eq!(told_of_rule(rule.clone()), [expected], "{rule}");
    }
    let good = json!({"and": [{"gt": [{"sum": {"group": "g", "of": {"row": "gn"}}}, {"field": "n"}]}, {"in": [{"field": "c"}, [{"text": "x"}]]}]});
    assert_eq!(told_of_rule(good), Vec::<String>::new());
}

#[test]
fn names_bounds_and_nesting() {
    let told = told(json!([
        {"id": "a b", "type": "yes_no"},
        {"id": "x", "type": {"number": {"min": 5, "max": 1}}},
        {"id": "x", "type": {"choice": {"options": []}}},
        {"id": "g", "type": {"group": {"fields": [{"id": "h", "type": {"group": {"fields": []}}}]}}},
    ]));
    assert_eq!(
        told,
        [
            "sections[0].fields[0].id: the key \"a b\" is empty, too long, or has characters other than A-Z a-z 0-9 . _ -",
            "sections[0].fields[1].type.number: the lower bound is above the upper one",
            "sections[0].fields[2].id: \"x\" is here a second time",
            "sections[0].fields[2].type.choice.options: empty",
            "sections[0].fields[3].type.group.fields[0].type.group: a group cannot stand inside a group",
        ]
    );
}

#[test]
fn circles_are_told_without_what_merely_reads_them() {
    let hidden = |id: &str, by: &str| json!({"id": id, "type": "yes_no", "visible_if": {"field": by}});
    let told = told(json!([hidden("a", "b"), hidden("b", "a"), hidden("c", "b"), hidden("e", "c")]));
    assert_eq!(told, [": these fields depend on each other in a circle: [FieldId(\"a\"), FieldId(\"b\")]"]);
}

#[test]
fn deep_rules_are_refused() {
    let deep = (0..MAX_DEPTH).fold(Expr::Bool(true), |inner, _| Expr::Not(Box::new(inner)));
    let form = form_with(json!([{"id": "a", "type": "yes_no"}]));
    let problems = condition_problems(&form, &deep, "when");
    assert_eq!(problems, [Located::new("when", Problem::TooDeep { limit: MAX_DEPTH })]);
}

#[test]
fn what_a_kind_cannot_have_is_told() {
    let date = json!({"date": "2026-01-01"});
    let pattern = json!({"parts": [{"digits": [1, 2]}], "example": "x"});
    let told = told(json!([
        {"id": "a", "type": {"number": {}}, "earliest": date},
        {"id": "b", "type": "date", "latest": {"field": "a"}, "was": ["a", "c", "c"]},
        {"id": "n", "type": "note", "calculated": date},
        {"id": "p", "type": {"text": {"pattern": pattern}}},
        {"id": "m", "type": {"money": {"min": 5, "max": 4}}, "confirm_below": 101},
        {"id": "w", "type": {"number": {}}, "calculated": {"in_words": {"field": "b"}}},
    ]));
    let place = |n: usize, rest: &str| format!("sections[0].fields[{n}].{rest}");
    assert_eq!(
        told,
        [
            place(0, "earliest: expected date, found number"),
            place(1, "was[0]: \"a\" is here a second time"),
            place(1, "was[2]: \"c\" is here a second time"),
            place(1, "latest: expected date, found number"),
            place(2, "calculated: expected a kind that can be calculated, found note"),
            place(3, "type.text.pattern: this pattern can fit nothing, or its own example does not fit it"),
            place(4, "type.money: the lower bound is above the upper one"),
            place(4, "confirm_below: the lower bound is above the upper one"),
            place(5, "calculated.in_words: expected number, found date"),
            place(5, "calculated: expected number, found text"),
        ]
    );
}

#[test]
fn json_of_another_shape_is_told_with_its_place() {
    let json = r#"{"id": "f", "revision": 1, "title": {"vi": "a", "en": "b"}, "sections": [{"id": "s", "title": {"vi": "a", "en": "b"},
        "fields": [{"id": "x", "label": {"vi": "a", "en": "b"}, "type": {"choise": {}}}]}]}"#;
    let problems = Form::from_json(json).unwrap_err();
    assert_eq!(problems[0].path, "sections[0].fields[0].type");
    assert!(matches!(&problems[0].problem, Problem::Malformed { line: 2, message, .. } if message.contains("choise")));
}

#[test]
fn whose_a_field_is_fits_its_kind_and_is_said_once() {
    let of = |who: &str, part: &str| json!({"who": who, "part": part});
    let told = told(json!([
        {"id": "name", "type": {"text": {}}, "person": of("requester", "name")},
        {"id": "number", "type": {"identity": {"accepts": ["personal_number"]}}, "person": of("requester", "number")},
        {"id": "again", "type": {"text": {}}, "person": of("requester", "name")},
        {"id": "birth", "type": {"text": {}}, "person": of("requester", "birth")},
        {"id": "sex", "type": {"choice": {"options": [{"code": "male", "label": {"vi": "Nam", "en": "Male"}}]}}, "person": of("requester", "sex")},
        {"id": "phone", "type": {"text": {"format": "email"}}, "person": of("mother", "phone")},
        {"id": "who", "type": {"text": {}}, "person": of("a mother", "name")},
        {"id": "g", "type": {"group": {"row": {"vi": "dòng", "en": "row"}, "fields": [
            {"id": "member", "type": {"text": {}}, "person": of("requester", "name")}]}}},
    ]));
    assert_eq!(
        told,
        [
            "sections[0].fields[2].person: \"requester.name\" is here a second time",
            "sections[0].fields[3].person: expected date or partial_date, found text",
            "sections[0].fields[4].person: expected choice of male and female, found choice",
            "sections[0].fields[5].person: expected text of format phone, found text",
            "sections[0].fields[6].person.who: the key \"a mother\" is empty, too long, or has characters other than A-Z a-z 0-9 . _ -",
        ],
        "in a row it is the row's own"
    );
}
