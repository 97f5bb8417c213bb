/**
 * Finds messages by what is in them. Every word of the query has to occur, in any order and anywhere in a word, so that
 * Japanese, which has no spaces, is found as well. The trigram index narrows down by words of three characters and
 * more; the texts themselves decide, so that shorter words and those of the index give the same answers.
 */
import type { Database } from 'better-sqlite3';
import type { ChatHit } from '../contract/conversations.ts';
import { excerptAround, wordsOf } from './excerpt.ts';
import type { SoughtWord } from './excerpt.ts';

interface HitRow {
  readonly chat_id: string;
  readonly title: string;
  readonly turn_id: string | null;
  readonly role: string;
  readonly content: string;
  readonly created_at: number;
}

const trigramCharacters = 3;

const messages = `
SELECT chat_messages.chat_id, chats.title, chat_messages.id AS turn_id, chat_messages.role, chat_messages.content, chat_messages.created_at
FROM chat_messages JOIN chats ON chats.id = chat_messages.chat_id WHERE chats.trashed_at IS NULL`;

const indexed = `${messages} AND chat_messages.sequence IN (SELECT rowid FROM chat_search WHERE chat_search MATCH ?)`;

const titles = `
SELECT id AS chat_id, title, 'title' AS role, title AS content, updated_at AS created_at,
  (SELECT id FROM chat_messages WHERE chat_id = chats.id ORDER BY sequence DESC LIMIT 1) AS turn_id
FROM chats WHERE trashed_at IS NULL ORDER BY updated_at DESC, id DESC`;

export class ChatSearch {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /**
   * Titles first (their role is `title`, their turn the newest), then messages; each newest first. Not those in the
   * trash.
   */
  find(query: string, limit = 50): ChatHit[] {
    const words = wordsOf(query);
    if (words.length === 0) return [];
    const hits: ChatHit[] = [];
    for (const row of this.candidates(words)) {
      if (row.turn_id === null || !words.every(({ pattern }) => pattern.test(row.content))) continue;
      hits.push(toHit(row, row.turn_id, words));
      if (hits.length >= limit) break;
    }
    return hits;
  }

  private *candidates(words: readonly SoughtWord[]): Generator<HitRow> {
    yield* this.database.prepare<[], HitRow>(titles).all();
    const order = 'ORDER BY chat_messages.sequence DESC';
    const long = words.map(({ text }) => text).filter((text) => Array.from(text).length >= trigramCharacters);
    const match = long.map((text) => `"${text.replaceAll('"', '""')}"`).join(' AND ');
    if (match === '') yield* this.database.prepare<[], HitRow>(`${messages} ${order}`).iterate();
    else yield* this.database.prepare<[string], HitRow>(`${indexed} ${order}`).iterate(match);
  }
}

function toHit(row: HitRow, turnId: string, words: readonly SoughtWord[]): ChatHit {
  return {
    chatId: row.chat_id,
    chatTitle: row.title,
    turnId,
    role: row.role,
    excerpt: excerptAround(row.content, words),
    createdAt: row.created_at,
  };
}
