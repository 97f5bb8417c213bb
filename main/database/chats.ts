/**
 * Rows of `chats` and their messages. Messages form a tree: an edited or regenerated one is a new child of the same
 * parent, and a conversation is the path from a leaf to the root. A chat in the trash is found by its whole id alone.
 */
import type { Database } from 'better-sqlite3';
import type { ChatSummary } from '../contract/conversations.ts';
import type { Chat, ChatTurn } from '../contract/entities.ts';
import type { Page } from '../contract/library.ts';
import { candidatesOf } from './candidates.ts';
import { turnRows } from './chatTurnRows.ts';
import { readPage } from './readPage.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';
import { plain, RowTable, type StoredRow } from './RowTable.ts';

const chatRows = new RowTable<Chat>('chats', {
  id: plain(),
  title: plain(),
  projectId: plain(),
  modelId: plain(),
  systemPrompt: plain(),
  createdAt: plain(),
  updatedAt: plain(),
  trashedAt: plain(),
});

export interface ChatQuery {
  readonly projectId?: string | undefined;
  readonly trashed?: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** What may change of a chat; `updatedAt` moves with its messages. */
export type ChatChanges = Partial<Pick<Chat, 'title' | 'modelId' | 'systemPrompt' | 'trashedAt'>>;

/** What may change of a message. */
export type TurnChanges = Partial<
  Pick<
    ChatTurn,
    'content' | 'state' | 'error' | 'swapMs' | 'promptMs' | 'tokens' | 'tokensPerSecond' | 'cutOff' | 'omittedTurns'
  >
>;

const pathToRoot = `
WITH RECURSIVE path (id, depth) AS (
  SELECT ?, 0 UNION ALL
  SELECT parent_id, depth + 1 FROM chat_messages JOIN path USING (id) WHERE parent_id IS NOT NULL
) SELECT chat_messages.* FROM chat_messages JOIN path USING (id) ORDER BY depth DESC`;

const excerptCharacters = 160;
const summaryColumns = `
chats.*, (SELECT count(*) FROM chat_messages WHERE chat_id = chats.id) AS turns,
  (SELECT substr(content, 1, ${excerptCharacters}) FROM chat_messages WHERE chat_id = chats.id AND content <> '' ORDER BY sequence DESC LIMIT 1) AS excerpt`;

export class ChatRepository {
  private readonly database: Database;
  private readonly candidates: Candidates<Chat & { readonly name: string }>;

  constructor(database: Database) {
    this.database = database;
    const table = '(SELECT *, title AS name FROM chats WHERE trashed_at IS NULL)';
    this.candidates = candidatesOf(database, {
      table,
      toEntity(row: StoredRow) {
        const chat = chatRows.toEntity(row);
        return { ...chat, name: chat.title };
      },
    });
  }

  /** Those last written to first. */
  page({ projectId, trashed = false, offset, limit }: ChatQuery): Page<ChatSummary> {
    const ofProject = projectId === undefined ? '' : 'AND project_id = ?';
    const { items, total } = readPage<StoredRow>(
      this.database,
      {
        columns: summaryColumns,
        from: `chats WHERE trashed_at IS ${trashed ? 'NOT NULL' : 'NULL'} ${ofProject}`,
        values: projectId === undefined ? [] : [projectId],
        order: 'updated_at DESC, id DESC',
      },
      { offset, limit },
    );
    return { items: items.map(toSummary), total };
  }

  find(idOrTitle: string): Chat | undefined {
    return this.findEver(idOrTitle) ?? findByIdOrName('chat', idOrTitle, this.candidates);
  }

  get(idOrTitle: string): Chat {
    return this.findEver(idOrTitle) ?? getByIdOrName('chat', idOrTitle, this.candidates);
  }

  insert(chat: Chat): void {
    chatRows.insert(this.database, chat);
  }

  update(id: string, changes: ChatChanges): Chat {
    const chat = { ...this.get(id), ...changes };
    chatRows.update(this.database, chat.id, changes);
    return chat;
  }

  /** For good, with every message. */
  remove(id: string): void {
    this.database.prepare('DELETE FROM chats WHERE id = ?').run(id);
  }

  addTurn(turn: ChatTurn): void {
    this.addTurns([turn]);
  }

  /** All or none. */
  addTurns(turns: readonly ChatTurn[]): void {
    this.database.transaction(() => {
      for (const turn of turns) {
        turnRows.insert(this.database, turn);
        this.database
          .prepare('UPDATE chats SET updated_at = max(updated_at, ?) WHERE id = ?')
          .run(turn.createdAt, turn.chatId);
      }
    })();
  }

  findTurn(id: string): ChatTurn | undefined {
    return this.turnsOf('SELECT * FROM chat_messages WHERE id = ?', id)[0];
  }

  updateTurn(turn: ChatTurn, changes: TurnChanges): ChatTurn {
    turnRows.update(this.database, turn.id, changes);
    return { ...turn, ...changes };
  }

  /** What an answer has so far. */
  writeText(id: string, content: string): void {
    this.database.prepare(`UPDATE chat_messages SET content = ? WHERE id = ? AND state = 'answering'`).run(content, id);
  }

  /** Answers whose process is gone keep what was written. How many there were. */
  endAnswering(): number {
    return this.database.prepare(`UPDATE chat_messages SET state = 'stopped' WHERE state = 'answering'`).run().changes;
  }

  /** Every branch, in order of writing. */
  turns(chatId: string): ChatTurn[] {
    return this.turnsOf('SELECT * FROM chat_messages WHERE chat_id = ? ORDER BY sequence', chatId);
  }

  /** Answers asked for together, by lane. */
  round(round: string): ChatTurn[] {
    return this.turnsOf('SELECT * FROM chat_messages WHERE round = ? ORDER BY lane', round);
  }

  /** One conversation: from the root to the given message. */
  branch(leafId: string): ChatTurn[] {
    return this.turnsOf(pathToRoot, leafId);
  }

  private turnsOf(select: string, value: string): ChatTurn[] {
    const rows = this.database.prepare<[string], StoredRow>(select).all(value);
    return rows.map((row) => turnRows.toEntity(row));
  }

  private findEver(id: string): Chat | undefined {
    const row = this.database.prepare<[string], StoredRow>('SELECT * FROM chats WHERE id = ?').get(id);
    return row && chatRows.toEntity(row);
  }
}

function toSummary(row: StoredRow): ChatSummary {
  return { ...chatRows.toEntity(row), turns: Number(row.turns), excerpt: withoutMarkup(String(row.excerpt ?? '')) };
}

/** One line for a list: fences, rules of tables, bars, stars and number signs of headings say nothing there. */
function withoutMarkup(markdown: string): string {
  return markdown
    .replaceAll(/^\s*(?:```.*|#{1,6} |[|:\- ]*-{3}[|:\- ]*$)|\*\*|\|/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
