-- How many pages a part had when it was filed: what came after them is a part of its own.
ALTER TABLE stack_parts ADD COLUMN pages INTEGER;
-- Nothing of the file is left outside its documents: it stays for as long as the filing can be taken back.
ALTER TABLE stack_files ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
