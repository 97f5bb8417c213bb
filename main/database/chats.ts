/**
 * Rows of `chats` and their messages. Messages form a tree: an edited or regenerated one is a new child of the same
 * parent, and a conversation is the path from a leaf to the root. Every text is in a trigram index for searching.
 */
import type { Database } from 'better-sqlite3';
import type { Chat, ChatTurn } from '../contract/entities.ts';
import { candidatesOf } from './candidates.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';

interface ChatRow {
  readonly id: string;
  readonly title: string;
  readonly project_id: string | null;
  readonly model_id: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

interface TurnRow {
  readonly id: string;
  readonly chat_id: string;
  readonly parent_id: string | null;
  readonly role: string;
  readonly content: string;
  readonly adapter_id: string | null;
  readonly scale: number | null;
  readonly swap_ms: number | null;
  readonly tokens_per_second: number | null;
  readonly created_at: number;
}

const insertTurn = `
INSERT INTO chat_messages (id, chat_id, parent_id, role, content, adapter_id, scale, swap_ms, tokens_per_second, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const pathToRoot = `
WITH RECURSIVE path (id, depth) AS (
  SELECT ?, 0 UNION ALL
  SELECT parent_id, depth + 1 FROM chat_messages JOIN path USING (id) WHERE parent_id IS NOT NULL
) SELECT chat_messages.* FROM chat_messages JOIN path USING (id) ORDER BY depth DESC`;

const trigramCharacters = 3;

export class ChatRepository {
  private readonly database: Database;
  private readonly candidates: Candidates<Chat & { readonly name: string }>;

  constructor(database: Database) {
    this.database = database;
    const table = '(SELECT *, title AS name FROM chats)';
    this.candidates = candidatesOf(database, { table, toEntity: (row: ChatRow) => ({ ...toChat(row), name: row.title }) });
  }

  /** The one last written to first. */
  list(): Chat[] {
    return this.database.prepare<[], ChatRow>('SELECT * FROM chats ORDER BY updated_at DESC, id DESC').all().map(toChat);
  }

  find(idOrTitle: string): Chat | undefined {
    return findByIdOrName('chat', idOrTitle, this.candidates);
  }

  get(idOrTitle: string): Chat {
    return getByIdOrName('chat', idOrTitle, this.candidates);
  }

  insert(chat: Chat): void {
    this.database
      .prepare('INSERT INTO chats (id, title, project_id, model_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(chat.id, chat.title, chat.projectId, chat.modelId, chat.createdAt, chat.updatedAt);
  }

  rename(id: string, title: string): void {
    this.database.prepare('UPDATE chats SET title = ? WHERE id = ?').run(title, id);
  }

  /** With every message. */
  remove(id: string): void {
    this.database.prepare('DELETE FROM chats WHERE id = ?').run(id);
  }

  addTurn(turn: ChatTurn): void {
    this.database.transaction(() => {
      this.database
        .prepare(insertTurn)
        .run(
          turn.id,
          turn.chatId,
          turn.parentId,
          turn.role,
          turn.content,
          turn.adapterId,
          turn.scale,
          turn.swapMs,
          turn.tokensPerSecond,
          turn.createdAt,
        );
      this.database.prepare('UPDATE chats SET updated_at = max(updated_at, ?) WHERE id = ?').run(turn.createdAt, turn.chatId);
    })();
  }

  /** Every branch, in order of writing. */
  turns(chatId: string): ChatTurn[] {
    return this.database
      .prepare<[string], TurnRow>('SELECT * FROM chat_messages WHERE chat_id = ? ORDER BY sequence')
      .all(chatId)
      .map(toTurn);
  }

  /** One conversation: from the root to the given message. */
  branch(leafId: string): ChatTurn[] {
    return this.database.prepare<[string], TurnRow>(pathToRoot).all(leafId).map(toTurn);
  }

  /** Messages that contain the text, newest first. Under three characters the index cannot help and all are read. */
  search(text: string, limit = 50): ChatTurn[] {
    if (Array.from(text).length < trigramCharacters) return this.searchWithoutIndex(text, limit);
    const phrase = `"${text.replaceAll('"', '""')}"`;
    const select = `SELECT chat_messages.* FROM chat_search JOIN chat_messages ON chat_messages.sequence = chat_search.rowid
      WHERE chat_search MATCH ? ORDER BY chat_messages.sequence DESC LIMIT ?`;
    return this.database.prepare<[string, number], TurnRow>(select).all(phrase, limit).map(toTurn);
  }

  private searchWithoutIndex(text: string, limit: number): ChatTurn[] {
    const select = 'SELECT * FROM chat_messages WHERE instr(lower(content), lower(?)) > 0 ORDER BY sequence DESC LIMIT ?';
    return this.database.prepare<[string, number], TurnRow>(select).all(text, limit).map(toTurn);
  }
}

function toChat(row: ChatRow): Chat {
  return {
    id: row.id,
    title: row.title,
    projectId: row.project_id,
    modelId: row.model_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toTurn(row: TurnRow): ChatTurn {
  return {
    id: row.id,
    chatId: row.chat_id,
    parentId: row.parent_id,
    role: row.role,
    content: row.content,
    adapterId: row.adapter_id,
    scale: row.scale,
    swapMs: row.swap_ms,
    tokensPerSecond: row.tokens_per_second,
    createdAt: row.created_at,
  };
}
