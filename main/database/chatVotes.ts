/**
 * Rows of `chat_votes`: one vote for the best answer of a round. Chats in the trash still count: the judgement was
 * made.
 */
import type { Database } from 'better-sqlite3';
import type { ChatVote, VoteTally } from '../contract/conversations.ts';

interface VoteRow {
  readonly round: string;
  readonly turn_id: string;
  readonly blind: number;
  readonly created_at: number;
}

const setVote = `
INSERT INTO chat_votes (round, turn_id, blind, created_at) VALUES (?, ?, ?, ?)
ON CONFLICT (round) DO UPDATE SET turn_id = excluded.turn_id, blind = excluded.blind, created_at = excluded.created_at`;

/**
 * Condition on a row `votes`: two adapters or more (or the base) answered, and the preferred one did. One at two scales
 * is compared with nobody.
 */
export const countingVote = `
(SELECT state FROM chat_messages WHERE id = votes.turn_id) <> 'failed'
AND (SELECT count(DISTINCT coalesce(adapter_id, '')) FROM chat_messages WHERE round = votes.round AND state <> 'failed') > 1`;

// A round counts once for an adapter that answered in several of its lanes at different scales. Answers that failed
// take no part, and a vote that was once given to one, or against such alone, compares nothing.
const tally = `
SELECT answers.adapter_id AS adapterId, count(DISTINCT CASE WHEN answers.id = votes.turn_id THEN votes.round END) AS won,
  count(DISTINCT votes.round) AS "of"
FROM chat_votes AS votes JOIN chat_messages AS answers ON answers.round = votes.round
WHERE answers.state <> 'failed' AND ${countingVote}
GROUP BY answers.adapter_id ORDER BY won DESC, "of", answers.adapter_id`;

export class ChatVoteRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  ofChat(chatId: string): ChatVote[] {
    const select = `SELECT chat_votes.* FROM chat_votes JOIN chat_messages ON chat_messages.id = turn_id
      WHERE chat_id = ? ORDER BY chat_votes.created_at, chat_votes.round`;
    return this.database.prepare<[string], VoteRow>(select).all(chatId).map(toVote);
  }

  /** In place of an earlier vote of the same round. */
  set(vote: ChatVote): void {
    this.database.prepare(setVote).run(vote.round, vote.turnId, vote.blind ? 1 : 0, vote.createdAt);
  }

  remove(round: string): void {
    this.database.prepare('DELETE FROM chat_votes WHERE round = ?').run(round);
  }

  tally(): VoteTally[] {
    return this.database.prepare<[], VoteTally>(tally).all();
  }
}

function toVote(row: VoteRow): ChatVote {
  return { round: row.round, turnId: row.turn_id, blind: row.blind === 1, createdAt: row.created_at };
}
