/**
 * Conversations of the studio: answers side by side with their state and figures, votes, system prompts, a trash.
 * Messages that were there before are whole, so they are `done`.
 */
import type { Migration } from './migration.ts';

const conversations = `
ALTER TABLE chats ADD COLUMN system_prompt TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN trashed_at INTEGER;
DROP INDEX chats_by_update;
CREATE INDEX chats_living ON chats (updated_at, id) WHERE trashed_at IS NULL;
CREATE INDEX chats_by_project ON chats (project_id, updated_at);

ALTER TABLE chat_messages ADD COLUMN state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('answering', 'done', 'stopped', 'failed'));
ALTER TABLE chat_messages ADD COLUMN error TEXT CHECK (json_valid(error));
ALTER TABLE chat_messages ADD COLUMN round TEXT;
ALTER TABLE chat_messages ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_messages ADD COLUMN prompt_ms REAL;
ALTER TABLE chat_messages ADD COLUMN tokens INTEGER;
ALTER TABLE chat_messages ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0 CHECK (cut_off IN (0, 1));
ALTER TABLE chat_messages ADD COLUMN omitted_turns INTEGER NOT NULL DEFAULT 0;
CREATE INDEX chat_messages_by_round ON chat_messages (round) WHERE round IS NOT NULL;
CREATE INDEX chat_messages_answering ON chat_messages (state) WHERE state = 'answering';

CREATE TABLE chat_votes (
  round TEXT PRIMARY KEY,
  turn_id TEXT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
  blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_votes_by_turn ON chat_votes (turn_id);
`;

export const chats: Migration = {
  version: 2,
  name: 'chats',
  up(database) {
    database.exec(conversations);
  },
};
