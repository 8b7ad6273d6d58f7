use serde_json::json;

use super::*;

/// Every request, from one object that has every field any of them has.
fn every() -> Vec<Request> {
    let id = "01920000-0000-7000-8000-000000000001";
    let mut fields = json!({
        "inputs": ["in.pdf"], "output": "out.pdf", "report": "report.json", "ocr": true, "keep_blank": false,
        "min_dpi": 200, "procedure": "NB-11", "files": ["a.pdf", "b.pdf"], "file": "f", "practice": true,
        "dossier": id, "document": id, "pages": [], "documents": [], "first": { "page": id, "edits": {} }, "second": {}, "second_id": null, "page": id, "values": [], "answers": [], "component": "NB-11.01", "row": null,
        "as_is": false, "later": true, "limit": 9, "before": null, "states": [], "find": "",
        "folder": "folder", "enrolment": "e", "wait": false, "save": "folder", "work": "sending", "held": true,
        "preferences": Preferences::default(), "passphrase": "p", "sheets": [], "stack": id, "decisions": [],
        "delete": false, "apply": false,
    });
    let more = json!({
        "what": { "do": "export", "file": "all.json", "codes": [] }, "received": { "date": "2026-11-21", "time": "09:00" },
        "at": { "file": 0, "frame": 0 }, "out": true, "case": null, "day": "2026-11-21", "parent": null, "code": "01", "typed": "",
    });
    if let (Some(fields), Some(more)) = (fields.as_object_mut(), more.as_object()) {
        fields.extend(more.clone());
    }
    let request = |name: &&str| {
        let mut json = fields.clone();
        json["ask"] = json!(name);
        json["network"] = json!({});
        match *name {
            "account" => json["what"] = json!({ "do": "who_is_here", "ask": false }),
            "filling" => json["what"] = json!({ "do": "templates" }),
            "reuse" => json["what"] = json!({ "do": "offered", "dossier": id }),
            "many" => json["what"] = json!({ "do": "template", "procedure": "NB-11", "file": "rows.xlsx" }),
            "no_paper" => json["what"] = json!({ "do": "guide", "procedure": "NB-20", "who": "", "file": "guide.pdf" }),
            "parcel" => json["what"] = json!({ "do": "make", "file": "usb" }),
            "portal" => {
                json["what"] = json!({ "do": "pack", "dossier": id, "portal": "p", "folder": "folder", "zip": false });
            }
            _ => {}
        }
        serde_json::from_value(json).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    Request::NAMES.iter().map(request).collect()
}

#[test]
fn a_request_is_named_as_it_travels() {
    for (request, name) in every().iter().zip(Request::NAMES) {
        assert_eq!(request.name(), *name);
        assert_eq!(serde_json::to_value(request).unwrap()["ask"], *name);
    }
}

#[test]
fn a_request_says_which_files_it_reads_and_which_it_writes() {
    let named: Vec<_> = every()
        .iter()
        .flat_map(|request| {
            let name = request.name();
            request.paths().into_iter().map(move |(used, path)| (name, used, path.display().to_string()))
        })
        .collect();
    let expected = [
        ("digitise", Use::Read, "in.pdf"),
        ("digitise", Use::Written, "out.pdf"),
        ("digitise", Use::Written, "report.json"),
        ("procedure_import", Use::Read, "a.pdf"),
        ("procedure_import", Use::Read, "b.pdf"),
        ("catalogue", Use::Written, "all.json"),
        ("many", Use::Written, "rows.xlsx"),
        ("no_paper", Use::Written, "guide.pdf"),
        ("parcel", Use::Written, "usb"),
        ("portal", Use::Written, "folder"),
        ("form_check", Use::Read, "f"),
        ("form_blank", Use::Written, "f"),
        ("dossier_attach", Use::Read, "a.pdf"),
        ("dossier_attach", Use::Read, "b.pdf"),
        ("dossier_summary", Use::Written, "f"),
        ("dossier_export", Use::Written, "folder"),
        ("cover_sheets", Use::Written, "folder"),
        ("stack_take", Use::Read, "a.pdf"),
        ("stack_take", Use::Read, "b.pdf"),
        ("hot_folder_set", Use::Read, "folder"),
        ("receipt_show", Use::Written, "folder"),
        ("receipt_verify", Use::Read, "f"),
        ("backup", Use::Written, "f"),
        ("restore", Use::Read, "f"),
    ];
    assert_eq!(named, expected.map(|(name, used, path)| (name, used, path.to_owned())));
}
