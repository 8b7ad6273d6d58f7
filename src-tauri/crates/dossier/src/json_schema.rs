//! A form's data as JSON Schema 2020-12: what [`crate::evaluate::submission_view`] gives for it. Conditions stay with the
//! form: the schema says of what shape answers are, and which are always there.

use serde_json::{Map, Value, json};

use crate::{
    form::{Choice, Field, FieldKind, Form, IdentityKind, TextFormat},
    reading::MAX_MONEY,
    words::Words,
};

/// The schema of what is sent for `form`.
pub fn export(form: &Form) -> Value {
    let always = |section_rule: bool, field: &Field| field.required && field.visible_if.is_none() && !section_rule;
    let fields = form.sections.iter().flat_map(|section| {
        section.fields.iter().map(move |field| (field, always(section.visible_if.is_some(), field)))
    });
    let mut schema = object(fields);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:hoso:form:{}:{}", form.id, form.revision),
        "title": form.title.vi,
    });
    if let (Some(schema), Value::Object(head)) = (schema.as_object_mut(), head) {
        schema.extend(head);
    }
    schema
}

/// An object with these fields; each says whether it is always there.
fn object<'f>(fields: impl Iterator<Item = (&'f Field, bool)>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (field, always) in fields.filter(|(field, _)| field.kind.takes_answer()) {
        properties.insert(field.id.to_string(), property(field));
        if always {
            required.push(field.id.to_string());
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn property(field: &Field) -> Value {
    let mut schema = of_kind(&field.kind);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("title".into(), field.label.vi.clone().into());
        if let Some(Words { vi, .. }) = &field.help {
            schema.insert("description".into(), vi.clone().into());
        }
        if field.calculated.is_some() {
            schema.insert("readOnly".into(), true.into());
        }
    }
    schema
}

fn of_kind(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Text { max, format, pattern } => {
            let mut schema = line(*max, *format);
            if let Some(pattern) = pattern {
                // Both must hold: a format may have a pattern of its own.
                schema["allOf"] = json!([{"pattern": pattern.as_regex()}]);
                schema["examples"] = json!([pattern.example]);
            }
            schema
        }
        FieldKind::LongText { max } => json!({"type": "string", "minLength": 1, "maxLength": max}),
        FieldKind::Number { decimals: 0, .. } => json!({"type": "string", "pattern": "^-?[0-9]+$"}),
        FieldKind::Number { decimals, .. } => {
            json!({"type": "string", "pattern": format!("^-?[0-9]+(\\.[0-9]{{1,{decimals}}})?$")})
        }
        FieldKind::Money { min, max } => {
            json!({"type": "integer", "minimum": min, "maximum": max.unwrap_or(MAX_MONEY).min(MAX_MONEY)})
        }
        FieldKind::Date => json!({"type": "string", "format": "date"}),
        FieldKind::PartialDate => json!({"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}),
        FieldKind::Choice { options } => one_of(options),
        FieldKind::ManyChoice { options, min, max } => {
            let max = max.unwrap_or(options.len() as u32);
            json!({"type": "array", "items": one_of(options), "uniqueItems": true, "minItems": min, "maxItems": max})
        }
        FieldKind::YesNo => json!({"type": "boolean"}),
        FieldKind::Address => json!({
            "type": "object",
            "properties": {
                "line": {"type": "string", "maxLength": 500},
                "province": {"type": "string", "pattern": "^[0-9]{2}$"},
                "district": {"type": "string", "pattern": "^[0-9]{3}$"},
                "commune": {"type": "string", "pattern": "^[0-9]{5}$"},
                "valid_at": {"type": "string", "format": "date"},
                "former": {
                    "type": "object",
                    "properties": {
                        "words": {"type": "string", "maxLength": 500},
                        "province": {"type": "string", "pattern": "^[0-9]{2}$"},
                        "district": {"type": "string", "pattern": "^[0-9]{3}$"},
                        "commune": {"type": "string", "pattern": "^[0-9]{5}$"},
                    },
                    "required": ["words"],
                    "additionalProperties": false,
                },
            },
            "required": ["line"],
            "additionalProperties": false,
        }),
        FieldKind::Identity { accepts } => {
            json!({"type": "string", "anyOf": accepts.iter().map(identity).collect::<Vec<_>>()})
        }
        FieldKind::Organisation => json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 300},
                "agency": {"type": "string", "pattern": "^[A-Z0-9]{1,4}(\\.[A-Z0-9]{1,4}){0,5}$"},
                "tax_code": {"type": "string"},
            },
            "required": ["name"],
            "additionalProperties": false,
        }),
        FieldKind::Group(group) => {
            let row = object(group.fields.iter().map(|field| (field, field.required && field.visible_if.is_none())));
            json!({
                "type": "array",
                "minItems": group.min_rows,
                "maxItems": group.max_rows,
                "items": {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "answers": row},
                    "required": ["id", "answers"],
                    "additionalProperties": false,
                },
            })
        }
        FieldKind::FileSlot(_) | FieldKind::Note => json!(false),
    }
}

fn line(max: u32, format: Option<TextFormat>) -> Value {
    match format {
        None => json!({"type": "string", "minLength": 1, "maxLength": max}),
        Some(TextFormat::Phone) => json!({"type": "string", "pattern": "^0[0-9]{9,10}$"}),
        Some(TextFormat::Email) => json!({"type": "string", "format": "email", "maxLength": max}),
        Some(TextFormat::DocumentNumber) => {
            json!({"type": "string", "pattern": "^[0-9][0-9A-Za-z]*/.+$", "maxLength": max})
        }
    }
}

fn one_of(options: &[Choice]) -> Value {
    let options = options.iter().map(|option| json!({"const": option.code, "title": option.label.vi}));
    json!({"type": "string", "oneOf": options.collect::<Vec<_>>()})
}

fn identity(kind: &IdentityKind) -> Value {
    let pattern = match kind {
        IdentityKind::PersonalNumber => "^[0-9]{12}$",
        IdentityKind::OldIdentityCard => "^[0-9]{9}$",
        IdentityKind::TaxCode => "^([0-9]{10}|[0-9]{12,13})$",
        IdentityKind::Passport => "^([0-9]{6,9}|(?=.*[A-Z])[0-9A-Z]{6,12})$",
    };
    json!({"pattern": pattern})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_shape() {
        let words = json!({"vi": "chữ", "en": "words"});
        let options = json!([{"code": "a", "label": words}, {"code": "b", "label": words}]);
        let pattern =
            json!({"parts": [{"capitals": [2, 2]}, {"literal": "/"}, {"digits": [1, 4]}], "example": "TP/12"});
        let kinds = [
            (json!({"text": {"max": 9}}), json!({"type": "string", "minLength": 1, "maxLength": 9})),
            (
                json!({"text": {"max": 9, "pattern": pattern}}),
                json!({"type": "string", "minLength": 1, "maxLength": 9, "examples": ["TP/12"],
                    "allOf": [{"pattern": "^[A-Z]{2,2}\\/[0-9]{1,4}$"}]}),
            ),
            (json!({"text": {"format": "phone"}}), json!({"type": "string", "pattern": "^0[0-9]{9,10}$"})),
            (json!({"long_text": {}}), json!({"type": "string", "minLength": 1, "maxLength": 5_000})),
            (json!({"number": {}}), json!({"type": "string", "pattern": "^-?[0-9]+$"})),
            (json!({"number": {"decimals": 2}}), json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,2})?$"})),
            (json!({"money": {"max": 5}}), json!({"type": "integer", "minimum": 0, "maximum": 5})),
            (json!("date"), json!({"type": "string", "format": "date"})),
            (json!("partial_date"), json!({"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"})),
            (json!("yes_no"), json!({"type": "boolean"})),
            (
                json!({"many_choice": {"options": options, "min": 1}}),
                json!({"type": "array", "uniqueItems": true, "minItems": 1, "maxItems": 2, "items": {"type": "string",
                    "oneOf": [{"const": "a", "title": "chữ"}, {"const": "b", "title": "chữ"}]}}),
            ),
            (
                json!({"identity": {"accepts": ["personal_number", "tax_code"]}}),
                json!({"type": "string", "anyOf": [{"pattern": "^[0-9]{12}$"}, {"pattern": "^([0-9]{10}|[0-9]{12,13})$"}]}),
            ),
        ];
        for (kind, expected) in kinds {
            let kind: FieldKind = serde_json::from_value(kind).unwrap();
            assert_eq!(of_kind(&kind), expected, "{}", kind.name());
        }
        let named =
            |kind: &str, name: &str| of_kind(&serde_json::from_value(json!(kind)).unwrap())["properties"][name].clone();
        assert_eq!(named("address", "district"), json!({"type": "string", "pattern": "^[0-9]{3}$"}));
        assert_eq!(named("address", "former")["required"], json!(["words"]));
        assert_eq!(named("organisation", "name")["maxLength"], 300);
        let note: FieldKind = serde_json::from_value(json!("note")).unwrap();
        assert!(!note.takes_answer() && of_kind(&note) == json!(false));
    }

    #[test]
    fn conditions_make_a_property_optional_and_rows_are_objects_with_an_id() {
        let form = Form::from_json(include_str!("../../../data/forms/nb-03.json")).unwrap();
        let schema = export(&form);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let required: Vec<&str> = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(
            required.contains(&"request_number")
                && !required.contains(&"superior")
                && !required.contains(&"asset_count")
        );
        assert_eq!(schema["properties"]["asset_original_total"]["maximum"], MAX_MONEY);
        let row = &schema["properties"]["assets"]["items"];
        assert_eq!(row["required"], json!(["id", "answers"]));
        assert_eq!(row["properties"]["answers"]["properties"]["asset_in_use_since"]["type"], "string");
        assert_eq!(schema["properties"]["transfer_reason"]["oneOf"][0]["const"], "surplus");
    }
}
