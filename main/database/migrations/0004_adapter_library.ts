/**
 * A library of thousands of adapters that is searched, filtered and sorted in SQL. What is searched stands beside the
 * adapters in a table of its own, kept by triggers, because an adapter's row carries its whole lineage. A purged
 * adapter keeps its row: runs and answers point at it.
 */
import type { Migration } from './migration.ts';

const columns = `
ALTER TABLE adapters ADD COLUMN rank INTEGER;
ALTER TABLE adapters ADD COLUMN purged_at INTEGER;
UPDATE adapters SET rank = json_extract(lineage, '$.configuration.method.options.rank')
  WHERE json_type(lineage, '$.configuration.method.options.rank') = 'integer';

-- Everything that a page is filtered and sorted by, so that no whole row is read for those not shown.
CREATE INDEX adapters_browse ON adapters
  (created_at, id, name, method, model_id, size_bytes, evaluation_loss, trashed_at, purged_at);

CREATE TABLE adapter_exports (
  id TEXT PRIMARY KEY,
  adapter_id TEXT NOT NULL REFERENCES adapters (id) ON DELETE CASCADE,
  format TEXT NOT NULL,
  path TEXT NOT NULL,
  parity REAL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX adapter_exports_by_adapter ON adapter_exports (adapter_id, created_at);

CREATE TABLE adapter_tags (
  tag TEXT NOT NULL,
  adapter_id TEXT NOT NULL REFERENCES adapters (id) ON DELETE CASCADE,
  PRIMARY KEY (tag, adapter_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX adapter_tags_by_adapter ON adapter_tags (adapter_id);
`;

const datasetOf = (adapter: string): string => `json_extract(${adapter}.lineage, '$.datasetId')`;
const textOf = (adapter: string): string =>
  `${adapter}.name || char(10) || ${adapter}.note || char(10) || ` +
  `coalesce((SELECT group_concat(value, char(10)) FROM json_each(${adapter}.tags)), '') || char(10) || ` +
  `coalesce((SELECT name FROM datasets WHERE id = ${datasetOf(adapter)}), '')`;

const search = `
-- The sequence is the row id of the index: those of a table without one change when the database is copied.
CREATE TABLE adapter_texts (
  sequence INTEGER PRIMARY KEY,
  adapter_id TEXT NOT NULL UNIQUE REFERENCES adapters (id) ON DELETE CASCADE,
  dataset_id TEXT,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX adapter_texts_by_dataset ON adapter_texts (dataset_id);
CREATE VIRTUAL TABLE adapter_search USING fts5 (text, content = 'adapter_texts', content_rowid = 'sequence', tokenize = 'trigram');
CREATE TRIGGER adapter_texts_inserted AFTER INSERT ON adapter_texts BEGIN
  INSERT INTO adapter_search (rowid, text) VALUES (new.sequence, new.text);
END;
CREATE TRIGGER adapter_texts_deleted AFTER DELETE ON adapter_texts BEGIN
  INSERT INTO adapter_search (adapter_search, rowid, text) VALUES ('delete', old.sequence, old.text);
END;
CREATE TRIGGER adapter_texts_updated AFTER UPDATE OF text ON adapter_texts WHEN old.text IS NOT new.text BEGIN
  INSERT INTO adapter_search (adapter_search, rowid, text) VALUES ('delete', old.sequence, old.text);
  INSERT INTO adapter_search (rowid, text) VALUES (new.sequence, new.text);
END;
`;

const triggers = `
CREATE TRIGGER adapters_inserted AFTER INSERT ON adapters BEGIN
  INSERT INTO adapter_texts (adapter_id, dataset_id, text) VALUES (new.id, ${datasetOf('new')}, ${textOf('new')});
  INSERT INTO adapter_tags (tag, adapter_id) SELECT DISTINCT value, new.id FROM json_each(new.tags);
END;
CREATE TRIGGER adapters_renamed AFTER UPDATE OF name, note, tags ON adapters
  WHEN old.name IS NOT new.name OR old.note IS NOT new.note OR old.tags IS NOT new.tags
BEGIN
  UPDATE adapter_texts SET text = ${textOf('new')} WHERE adapter_id = new.id;
  DELETE FROM adapter_tags WHERE adapter_id = new.id;
  INSERT INTO adapter_tags (tag, adapter_id) SELECT DISTINCT value, new.id FROM json_each(new.tags);
END;
CREATE TRIGGER datasets_renamed AFTER UPDATE OF name ON datasets WHEN old.name IS NOT new.name BEGIN
  UPDATE adapter_texts SET text = (SELECT ${textOf('adapters')} FROM adapters WHERE id = adapter_id) WHERE dataset_id = new.id;
END;
`;

const rows = `
INSERT INTO adapter_texts (adapter_id, dataset_id, text) SELECT id, ${datasetOf('adapters')}, ${textOf('adapters')} FROM adapters;
INSERT INTO adapter_tags (tag, adapter_id) SELECT DISTINCT value, adapters.id FROM adapters, json_each(adapters.tags);
`;

export const adapterLibrary: Migration = {
  version: 4,
  name: 'adapter library',
  up(database) {
    for (const part of [columns, search, triggers, rows]) database.exec(part);
  },
};
