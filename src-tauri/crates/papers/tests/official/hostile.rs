//! Values nobody should pass in: they are printed whole or refused by name, and nothing panics.

use super::*;

/// What is passed in, and what must be read of it (without white space and case).
const HOSTILE: [(&str, &str); 9] = [
    ("\u{0}A\u{7}B\u{1b}[31mC\u{7f}\u{85}D\r\tE", "ab[31mcde"),
    ("\u{301}\u{323}a\u{302}\u{301} x\u{309}\u{309}", "ấx\u{309}\u{309}"),
    ("\u{202e}ab\u{200b}c\u{2066}d\u{feff}", "abcd"),
    ("漢字😀\u{e000}\u{fe0f}", "□□□□□"),
    ("(\\) >> endobj %%EOF <</A 1>>", "(\\)>>endobj%%eof<</a1>>"),
    ("</rdf:li><x y=\"z\">&amp;]]>", "</rdf:li><xy=\"z\">&amp;]]>"),
    ("ŉ ǰ ß ﬁ", ""),
    // Its lines may stand on two pages.
    ("\n\nA\n\n\nB\n", ""),
    ("tên_tệp_rất_dài_không_có_dấu_cách_nào_hết_ở_đây.pdf", "tên_tệp_rất_dài_không_có_dấu_cách_nào_hết_ở_đây.pdf"),
];

/// One of each kind, with everything a paper can have.
fn full(sheet: Sheet) -> Vec<OfficialPaper> {
    let mut papers = all(sheet);
    for paper in &mut papers {
        match &mut paper.body {
            Official::Receipt(it) => {
                it.phase_two = Some(Phase { what: String::new(), limit: Legal::default(), due: None })
            }
            Official::Apology(it) => it.history = vec![PastDue { due: day(1, 12), reason: "x".to_owned() }],
            Official::Register(it) => it.rows.truncate(2),
            Official::HandOverList(it) => it.rows.truncate(2),
            _ => {}
        }
    }
    papers
}

fn plain(paper: &mut OfficialPaper, at: usize) -> Option<&mut String> {
    texts::of(paper).plain.into_iter().nth(at)
}

fn plain_count(paper: &OfficialPaper) -> usize {
    texts::of(&mut paper.clone()).plain.len()
}

#[test]
fn strange_characters_are_printed_or_seen_to_be_missing() -> Outcome {
    // Every text gets three of the strings in turn.
    for shift in [0, 3, 6] {
        let mut papers = full(Sheet::A5);
        let mut wanted = Vec::new();
        for text in papers.iter_mut().flat_map(|paper| texts::of(paper).plain) {
            let number = wanted.len();
            let (hostile, read) = HOSTILE[(number + shift) % HOSTILE.len()];
            *text = format!("{hostile}#{number}#");
            wanted.push(format!("{read}#{number}#"));
        }
        let bytes = official_papers(&papers)?;
        let text = bare(&pages(&bytes)?.concat());
        for wanted in wanted {
            assert!(text.contains(&wanted), "{wanted} is lost:\n{text}");
        }
        inside_margins(&bytes)?;
        let faults = pdf_a::faults(&bytes)?;
        assert!(faults.is_empty(), "{faults:#?}");
    }
    Ok(())
}

#[test]
fn a_hundred_kilobytes_are_printed_whole_or_refused_by_name() -> Outcome {
    const WORDS: usize = 16_700;
    let long = "chữ ".repeat(WORDS);
    assert!(long.len() > 100_000);
    let mut whole = BTreeSet::new();
    for paper in full(Sheet::A5) {
        for at in 0..plain_count(&paper) {
            let mut paper = paper.clone();
            if let Some(text) = plain(&mut paper, at) {
                long.clone_into(text);
            }
            match printed(&paper) {
                Ok(bytes) => {
                    whole.insert(paper.body.id());
                    let found = pages(&bytes)?.concat().matches("chữ").count();
                    assert!(found >= WORDS, "{} no. {at}: {found} words are left", paper.body.id());
                    // One of each kind is enough: a hundred pages take their time.
                    break;
                }
                Err(PaperError::TooLong { size, limit, .. }) if size > limit && size > 60_000 => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
    assert!(whole.contains("supplement") && whole.contains("apology") && whole.contains("refusal"), "{whole:?}");
    Ok(())
}

#[test]
fn everything_at_its_limit_stays_inside_the_page() -> Outcome {
    for sheet in SHEETS {
        let mut papers = full(sheet);
        let mut wanted = 0;
        for paper in &mut papers {
            for at in 0..plain_count(paper) {
                let mut tried = paper.clone();
                if let Some(text) = plain(&mut tried, at) {
                    *text = "m".repeat(300_000);
                }
                let Err(PaperError::TooLong { limit, .. }) = printed(&tried) else {
                    return Err(format!("{} no. {at} has no limit", paper.body.id()).into());
                };
                if let Some(text) = plain(paper, at) {
                    let limit = limit.min(1_200);
                    *text = "Nghiêng ".repeat(limit / 8);
                    text.extend(std::iter::repeat_n('W', limit - text.chars().count()));
                    wanted += limit / 8;
                }
            }
        }
        let bytes = official_papers(&papers)?;
        let found = pages(&bytes)?.concat().to_lowercase().matches("nghiêng").count();
        assert!(found >= wanted, "{found} words of {wanted} on {sheet:?}");
        inside_margins(&bytes)?;
    }
    Ok(())
}

#[test]
fn codes_say_what_is_read_beside_them_or_are_refused() -> Outcome {
    for paper in full(Sheet::A5) {
        let count = texts::of(&mut paper.clone()).codes.len();
        for at in 0..count {
            for (hostile, length) in [("H19-漢", 1), ("H19\u{0}07", 1), ("H19\n07", 1), ("H", 301)] {
                let mut paper = paper.clone();
                if let Some(code) = texts::of(&mut paper).codes.into_iter().nth(at) {
                    *code = hostile.repeat(length);
                }
                match printed(&paper) {
                    Err(PaperError::Unprintable { .. } | PaperError::TooLong { .. }) => {}
                    other => panic!("{} no. {at}, {hostile:?}: {other:?}", paper.body.id()),
                }
            }
        }
    }
    Ok(())
}

#[test]
fn what_a_paper_is_nothing_without_is_asked_for() -> Outcome {
    assert!(matches!(official_papers(&[]), Err(PaperError::Empty { field: "papers" })));
    let many = vec![guidance_slip(Sheet::A5); 1_001];
    assert!(matches!(official_papers(&many), Err(PaperError::TooLong { field: "papers", limit: 1_000, .. })));
    let refused = |change: fn(&mut OfficialPaper)| {
        let mut paper = receipt(Sheet::A5);
        change(&mut paper);
        match printed(&paper) {
            Err(PaperError::Empty { field }) => field,
            other => panic!("{other:?}"),
        }
    };
    fn receipt_of(paper: &mut OfficialPaper) -> &mut Receipt {
        let Official::Receipt(it) = &mut paper.body else { panic!("a receipt") };
        it
    }
    assert_eq!(refused(|paper| paper.head.title = " ".to_owned()), "title");
    assert_eq!(refused(|paper| paper.head.agency = "\u{200b}".to_owned()), "agency");
    assert_eq!(refused(|paper| receipt_of(paper).dossier.owner = String::new()), "owner");
    assert_eq!(refused(|paper| receipt_of(paper).dossier.request = "\n".to_owned()), "request");
    let labels = PaperHead { title: "Nhãn".to_owned(), ..PaperHead::default() };
    let none = OfficialPaper { head: labels, body: Official::PostalLabels(vec![]) };
    assert!(matches!(printed(&none), Err(PaperError::Empty { field: "labels" })));
    Ok(())
}
