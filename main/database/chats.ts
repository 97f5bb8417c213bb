/**
 * Rows of `chats` and their messages. Messages form a tree: an edited or regenerated one is a new child of the same
 * parent, and a conversation is the path from a leaf to the root. A chat in the trash is found by its whole id alone.
 */
import type { Database } from 'better-sqlite3';
import type { ChatSummary } from '../contract/conversations.ts';
import type { Chat, ChatTurn } from '../contract/entities.ts';
import type { Page } from '../contract/library.ts';
import { candidatesOf } from './candidates.ts';
import { toTurn, turnRow } from './chatTurnRow.ts';
import type { TurnRow } from './chatTurnRow.ts';
import { readPage } from './readPage.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';

interface ChatRow {
  readonly id: string;
  readonly title: string;
  readonly project_id: string | null;
  readonly model_id: string | null;
  readonly system_prompt: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly trashed_at: number | null;
}

interface SummaryRow extends ChatRow {
  readonly turns: number;
  readonly excerpt: string | null;
}

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

const insertChat = `
INSERT INTO chats (id, title, project_id, model_id, system_prompt, created_at, updated_at, trashed_at)
VALUES (:id, :title, :project_id, :model_id, :system_prompt, :created_at, :updated_at, :trashed_at)`;

const updateChat = `
UPDATE chats SET title = :title, model_id = :model_id, system_prompt = :system_prompt, trashed_at = :trashed_at WHERE id = :id`;

const insertTurn = `
INSERT INTO chat_messages (id, chat_id, parent_id, role, content, state, error, round, lane, adapter_id, scale, swap_ms,
  prompt_ms, tokens, tokens_per_second, cut_off, omitted_turns, created_at)
VALUES (:id, :chat_id, :parent_id, :role, :content, :state, :error, :round, :lane, :adapter_id, :scale, :swap_ms,
  :prompt_ms, :tokens, :tokens_per_second, :cut_off, :omitted_turns, :created_at)`;

const updateTurn = `
UPDATE chat_messages SET content = :content, state = :state, error = :error, swap_ms = :swap_ms, prompt_ms = :prompt_ms,
  tokens = :tokens, tokens_per_second = :tokens_per_second, cut_off = :cut_off, omitted_turns = :omitted_turns WHERE id = :id`;

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
      toEntity: (row: ChatRow) => ({ ...toChat(row), name: row.title }),
    });
  }

  /** Those last written to first. */
  page({ projectId, trashed = false, offset, limit }: ChatQuery): Page<ChatSummary> {
    const ofProject = projectId === undefined ? '' : 'AND project_id = ?';
    const { items, total } = readPage<SummaryRow>(
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
    this.database.prepare(insertChat).run(chatRow(chat));
  }

  update(id: string, changes: ChatChanges): Chat {
    const chat = { ...this.get(id), ...changes };
    const { title, model_id, system_prompt, trashed_at } = chatRow(chat);
    this.database.prepare(updateChat).run({ id: chat.id, title, model_id, system_prompt, trashed_at });
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
        this.database.prepare(insertTurn).run(turnRow(turn));
        this.database
          .prepare('UPDATE chats SET updated_at = max(updated_at, ?) WHERE id = ?')
          .run(turn.createdAt, turn.chatId);
      }
    })();
  }

  findTurn(id: string): ChatTurn | undefined {
    return this.database.prepare<[string], TurnRow>('SELECT * FROM chat_messages WHERE id = ?').all(id).map(toTurn)[0];
  }

  updateTurn(turn: ChatTurn, changes: TurnChanges): ChatTurn {
    const changed = { ...turn, ...changes };
    const { content, state, error, swap_ms, prompt_ms, tokens, tokens_per_second, cut_off, omitted_turns } =
      turnRow(changed);
    const figures = { swap_ms, prompt_ms, tokens, tokens_per_second, cut_off, omitted_turns };
    this.database.prepare(updateTurn).run({ id: turn.id, content, state, error, ...figures });
    return changed;
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
    return this.database
      .prepare<[string], TurnRow>('SELECT * FROM chat_messages WHERE chat_id = ? ORDER BY sequence')
      .all(chatId)
      .map(toTurn);
  }

  /** Answers asked for together, by lane. */
  round(round: string): ChatTurn[] {
    return this.database
      .prepare<[string], TurnRow>('SELECT * FROM chat_messages WHERE round = ? ORDER BY lane')
      .all(round)
      .map(toTurn);
  }

  /** One conversation: from the root to the given message. */
  branch(leafId: string): ChatTurn[] {
    return this.database.prepare<[string], TurnRow>(pathToRoot).all(leafId).map(toTurn);
  }

  private findEver(id: string): Chat | undefined {
    return this.database.prepare<[string], ChatRow>('SELECT * FROM chats WHERE id = ?').all(id).map(toChat)[0];
  }
}

function toChat(row: ChatRow): Chat {
  return {
    id: row.id,
    title: row.title,
    projectId: row.project_id,
    modelId: row.model_id,
    systemPrompt: row.system_prompt,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    trashedAt: row.trashed_at,
  };
}

function chatRow(chat: Chat): ChatRow {
  return {
    id: chat.id,
    title: chat.title,
    project_id: chat.projectId,
    model_id: chat.modelId,
    system_prompt: chat.systemPrompt,
    created_at: chat.createdAt,
    updated_at: chat.updatedAt,
    trashed_at: chat.trashedAt,
  };
}

function toSummary(row: SummaryRow): ChatSummary {
  return { ...toChat(row), turns: row.turns, excerpt: withoutMarkup(row.excerpt ?? '') };
}

/** One line for a list: fences, rules of tables, bars, stars and number signs of headings say nothing there. */
function withoutMarkup(markdown: string): string {
  return markdown
    .replaceAll(/^\s*(?:```.*|#{1,6} |[|:\- ]*-{3}[|:\- ]*$)|\*\*|\|/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
