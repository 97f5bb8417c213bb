/**
 * The first schema. Folders are stored relative to the data folder, so that it can move. Models and datasets are never
 * deleted, only marked removed, because runs and adapters point at them for their lineage.
 */
import type { Migration } from './migration.ts';

const library = `
CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  family TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('safetensors', 'gguf')),
  size_bytes INTEGER NOT NULL,
  content_hash TEXT NOT NULL UNIQUE,
  dir TEXT NOT NULL,
  has_tokenizer INTEGER NOT NULL CHECK (has_tokenizer IN (0, 1)),
  has_chat_template INTEGER NOT NULL CHECK (has_chat_template IN (0, 1)),
  licence TEXT,
  source TEXT NOT NULL,
  shape TEXT NOT NULL CHECK (json_valid(shape)),
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX models_by_name ON models (name);

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  model_id TEXT REFERENCES models (id),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bad_rows TEXT NOT NULL CHECK (json_valid(bad_rows)),
  bad_row_count INTEGER NOT NULL,
  train_on TEXT NOT NULL CHECK (train_on IN ('answers', 'all')),
  content_hash TEXT NOT NULL UNIQUE,
  dir TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX datasets_by_name ON datasets (name);

CREATE TABLE adapters (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  method TEXT NOT NULL,
  model_id TEXT REFERENCES models (id),
  run_id TEXT,
  parameters INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  dir TEXT NOT NULL,
  lineage TEXT NOT NULL CHECK (json_valid(lineage)),
  evaluation_loss REAL,
  note TEXT NOT NULL,
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  created_at INTEGER NOT NULL,
  trashed_at INTEGER
) STRICT;
CREATE INDEX adapters_by_name ON adapters (name);
CREATE INDEX adapters_by_content ON adapters (content_hash);
CREATE INDEX adapters_by_model ON adapters (model_id);
CREATE INDEX adapters_by_run ON adapters (run_id);
CREATE INDEX adapters_living ON adapters (id) WHERE trashed_at IS NULL;
`;

const runs = `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  model_id TEXT NOT NULL REFERENCES models (id),
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  configuration TEXT NOT NULL CHECK (json_valid(configuration)),
  backend_chosen TEXT CHECK (json_valid(backend_chosen)),
  estimate TEXT NOT NULL CHECK (json_valid(estimate)),
  adapter_id TEXT REFERENCES adapters (id),
  error TEXT CHECK (json_valid(error)),
  base_evaluation TEXT CHECK (json_valid(base_evaluation)),
  adapter_evaluation TEXT CHECK (json_valid(adapter_evaluation)),
  trainable_parameters INTEGER,
  stored_bytes INTEGER,
  peak_memory_bytes INTEGER,
  tokens_per_second REAL,
  phase TEXT,
  dir TEXT NOT NULL,
  stop_wished INTEGER NOT NULL DEFAULT 0 CHECK (stop_wished IN (0, 1)),
  queued_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX runs_by_name ON runs (name);
CREATE INDEX runs_open ON runs (queued_at, id) WHERE state IN ('queued', 'running');

-- A non-finite loss is stored as NULL, because SQLite has no NaN.
CREATE TABLE run_steps (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  loss REAL,
  grad_norm REAL,
  learning_rate REAL,
  tokens INTEGER NOT NULL,
  trained_tokens INTEGER NOT NULL,
  step_ms REAL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_evaluations (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  loss REAL,
  trained_tokens INTEGER NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_checkpoints (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  dir TEXT NOT NULL,
  best INTEGER NOT NULL CHECK (best IN (0, 1)),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_samples (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  prompt TEXT NOT NULL,
  adapter INTEGER NOT NULL CHECK (adapter IN (0, 1)),
  ids TEXT NOT NULL CHECK (json_valid(ids)),
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_logs (
  sequence INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX run_logs_by_run ON run_logs (run_id, sequence);
`;

const chats = `
CREATE TABLE chats (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  project_id TEXT REFERENCES projects (id),
  model_id TEXT REFERENCES models (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX chats_by_update ON chats (updated_at);

CREATE TABLE chat_messages (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
  parent_id TEXT REFERENCES chat_messages (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  adapter_id TEXT REFERENCES adapters (id),
  scale REAL,
  swap_ms REAL,
  tokens_per_second REAL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_messages_by_chat ON chat_messages (chat_id, sequence);
CREATE INDEX chat_messages_by_parent ON chat_messages (parent_id);

-- Trigrams find parts of words and work for Japanese, which has no spaces.
CREATE VIRTUAL TABLE chat_search USING fts5 (content, content = 'chat_messages', content_rowid = 'sequence', tokenize = 'trigram');
CREATE TRIGGER chat_messages_inserted AFTER INSERT ON chat_messages BEGIN
  INSERT INTO chat_search (rowid, content) VALUES (new.sequence, new.content);
END;
CREATE TRIGGER chat_messages_deleted AFTER DELETE ON chat_messages BEGIN
  INSERT INTO chat_search (chat_search, rowid, content) VALUES ('delete', old.sequence, old.content);
END;
CREATE TRIGGER chat_messages_updated AFTER UPDATE OF content ON chat_messages BEGIN
  INSERT INTO chat_search (chat_search, rowid, content) VALUES ('delete', old.sequence, old.content);
  INSERT INTO chat_search (rowid, content) VALUES (new.sequence, new.content);
END;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
`;

export const initial: Migration = {
  version: 1,
  name: 'initial',
  up(database) {
    database.exec(library);
    database.exec(runs);
    database.exec(chats);
  },
};
