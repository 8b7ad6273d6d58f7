-- One text for each dossier, so that what is looked for together is met in one pass over the index. rowid = dossiers.row: descending, it
-- is newest first without ranking. `facets` holds what a list can be narrowed by (search.rs), so that a rare state is met as a rare word
-- is. (documents.slot was a paper's place in the index before, and is not read any more.)
DROP TABLE search_text;
CREATE VIRTUAL TABLE search_text USING fts5 (
    folded, units, facets, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3 4 5 6'
);

-- to_index: dossiers whose text is not in the index as it is now. Written in the transaction of whatever changes it, so that no change
-- can be forgotten; emptied before the next search, which is the first that could miss it.
INSERT OR IGNORE INTO to_index SELECT row FROM dossiers WHERE discarded_at IS NULL;

CREATE TRIGGER search_dossier_made AFTER INSERT ON dossiers BEGIN
    INSERT OR IGNORE INTO to_index VALUES (new.row);
END;
CREATE TRIGGER search_dossier_changed AFTER UPDATE ON dossiers
WHEN (old.title, old.procedure_code, old.prepared_by, old.provisional_code, old.official_code, old.applicant, old.on_behalf_of)
       IS NOT (new.title, new.procedure_code, new.prepared_by, new.provisional_code, new.official_code, new.applicant, new.on_behalf_of)
  OR (old.state, old.due, old.discarded_at) IS NOT (new.state, new.due, new.discarded_at) BEGIN
    INSERT OR IGNORE INTO to_index VALUES (new.row);
END;
CREATE TRIGGER search_dossier_gone AFTER DELETE ON dossiers BEGIN
    INSERT OR IGNORE INTO to_index VALUES (old.row);
END;
CREATE TRIGGER search_document_made AFTER INSERT ON documents BEGIN
    INSERT OR IGNORE INTO to_index SELECT row FROM dossiers WHERE id = new.dossier;
END;
CREATE TRIGGER search_document_changed AFTER UPDATE ON documents
WHEN (old.dossier, old.title, old.file_name, old.discarded_at, old.failure)
       IS NOT (new.dossier, new.title, new.file_name, new.discarded_at, new.failure) BEGIN
    INSERT OR IGNORE INTO to_index SELECT row FROM dossiers WHERE id IN (old.dossier, new.dossier);
END;
CREATE TRIGGER search_document_gone AFTER DELETE ON documents BEGIN
    INSERT OR IGNORE INTO to_index SELECT row FROM dossiers WHERE id = old.dossier;
END;
CREATE TRIGGER search_source_made AFTER INSERT ON sources BEGIN
    INSERT OR IGNORE INTO to_index SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = new.document;
END;
CREATE TRIGGER search_source_gone AFTER DELETE ON sources BEGIN
    INSERT OR IGNORE INTO to_index SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = old.document;
END;
CREATE TRIGGER search_text_made AFTER INSERT ON renditions BEGIN
    INSERT OR IGNORE INTO to_index SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = new.document;
END;
CREATE TRIGGER search_text_changed AFTER UPDATE OF text ON renditions BEGIN
    INSERT OR IGNORE INTO to_index SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = new.document;
END;
CREATE TRIGGER search_text_gone AFTER DELETE ON renditions BEGIN
    INSERT OR IGNORE INTO to_index SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = old.document;
END;
