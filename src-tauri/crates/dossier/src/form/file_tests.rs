use super::*;

fn told(json: &str) -> Vec<String> {
    check(json).iter().map(|spot| format!("{}:{} {}", spot.line, spot.column, spot.problem)).collect()
}

/// A form of two fields and a table, one line for each part, so that lines are easily named.
fn form(changes: &[(&str, &str)]) -> String {
    let form = r#"{
  "id": "f", "revision": 1,
  "title": {"vi": "Mẫu", "en": "Form"},
  "sections": [{"id": "s", "title": {"vi": "Phần", "en": "Part"}, "fields": [
    {"id": "a", "label": {"vi": "Một", "en": "One"}, "type": {"number": {"min": 0}}},
    {"id": "b", "label": {"vi": "Hai", "en": "Two"}, "type": {"choice": {"options": [
      {"code": "x", "label": {"vi": "X", "en": "X"}}
    ]}}, "visible_if": {"gt": [{"field": "a"}, {"number": "0"}]}},
    {"id": "g", "label": {"vi": "Bảng", "en": "Table"}, "type": {"group": {"row": {"vi": "dòng", "en": "row"}, "fields": [
      {"id": "n", "label": {"vi": "Số", "en": "Number"}, "type": {"number": {}}}
    ]}}},
    {"id": "sum", "label": {"vi": "Cộng", "en": "Sum"}, "type": {"number": {}},
      "calculated": {"sum": {"group": "g", "of": {"row": "n"}}}}
  ]}]
}"#;
    changes.iter().fold(form.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn a_good_form_has_no_spots() {
    assert_eq!(told(&form(&[])), [""; 0]);
}

#[test]
fn text_that_is_no_json_is_told_where_it_breaks() {
    let spots = check(&form(&[("\"revision\": 1,", "\"revision\": 1")]));
    assert_eq!((spots.len(), spots[0].line, spots[0].column), (1, 3, 3));
    assert_eq!((check("")[0].line, check("")[0].column), (1, 1));
    assert!(matches!(check("{\"ước\": ỗ}")[0].problem.problem, Problem::Malformed { line: 1, .. }));
    assert_eq!(check(&"[".repeat(5_000)).len(), 1);
}

#[test]
fn every_slip_is_told_at_once_and_none_for_what_another_did() {
    let json = form(&[
        ("\"vi\": \"Mẫu\", \"en\": \"Form\"", "\"vi\": \"Mẫu\""),
        ("{\"min\": 0}", "{\"min\": 0, \"maxx\": 9}"),
        ("\"code\": \"x\"", "\"code\": 7"),
        ("{\"gt\": [{\"field\": \"a\"}, {\"number\": \"0\"}]}", "{\"gt\": [{\"field\": \"aa\"}, {\"number\": \"0\"}]}"),
        ("{\"group\": {\"row\"", "{\"group\": {\"rows\""),
    ]);
    let known = "decimals, min, max, unit";
    let group = "fields, min_rows, max_rows, row";
    assert_eq!(
        told(&json),
        [
            "3:3 title: \"en\" is missing".to_owned(),
            format!("5:84 sections[0].fields[0].type.number.maxx: there is no \"maxx\" here; there can be {known}"),
            "7:8 sections[0].fields[1].type.choice.options[0].code: expected a string, found integer 7".to_owned(),
            "8:33 sections[0].fields[1].visible_if.gt[0].field: there is no field aa".to_owned(),
            "9:66 sections[0].fields[2].type.group: \"row\" is missing".to_owned(),
            format!("9:76 sections[0].fields[2].type.group.rows: there is no \"rows\" here; there can be {group}"),
        ]
    );
}

#[test]
fn a_field_that_cannot_be_read_does_not_make_its_readers_wrong() {
    let unknown = told(&form(&[("{\"number\": {}},\n      \"calculated\"", "\"numbr\",\n      \"calculated\"")]));
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert!(unknown[0].starts_with("12:"), "{unknown:?}");
    // What is in a rule concerns the rule, and not the field.
    let shape = told(&form(&[("{\"field\": \"a\"}, {\"number\": \"0\"}", "{\"field\": \"a\"}")]));
    assert_eq!(shape.len(), 1, "{shape:?}");
    assert!(shape[0].starts_with("8:") && shape[0].contains("visible_if"), "{shape:?}");
    let element = told(&form(&[(
        "{\"id\": \"n\", \"label\": {\"vi\": \"Số\", \"en\": \"Number\"}, \"type\": {\"number\": {}}}",
        "5",
    )]));
    assert_eq!(element, ["10:7 sections[0].fields[2].type.group.fields[0]: expected struct Field, found integer 5"]);
}

#[test]
fn a_key_that_stands_twice_is_told() {
    let twice = told(&form(&[("\"revision\": 1,", "\"revision\": 1, \"revision\": 2,")]));
    assert_eq!(twice, ["2:29 revision: \"revision\" is here a second time"]);
}

#[test]
fn columns_are_counted_in_characters() {
    let json =
        form(&[("{\"id\": \"a\", \"label\": {\"vi\": \"Một\"", "{\"id\": \"ặ ỗ\", \"label\": {\"vi\": \"Một\"")]);
    let spots = told(&json);
    assert!(spots[0].starts_with("5:6 sections[0].fields[0].id: the key"), "{spots:?}");
    assert!(spots[1].starts_with("8:33 "), "{spots:?}");
}

#[test]
fn another_kind_of_file_ends_soon() {
    for other in ["[]", "7", "{}", "{\"sections\": {\"a\": 1}}", "{\"sections\": [[], 1, {}]}"] {
        let spots = check(other);
        assert!(!spots.is_empty() && spots.len() < 20, "{other}: {spots:?}");
    }
}
