import type { Database } from 'better-sqlite3';
import { ChatSearch } from '../../database/chatSearch.ts';
import { ChatVoteRepository } from '../../database/chatVotes.ts';
import { makeEngineHost } from '../machine/engines.ts';
import { Chats, type ChatsSetup } from './Chats.ts';
import { Classifier } from './Classifier.ts';
import { Conversations, type ConversationsSetup } from './Conversations.ts';

export interface ChatsNeeds extends Omit<ChatsSetup, 'host'> {
  readonly database: Database;
  /** What conversations read of the library by id, removed things too. */
  readonly conversations: Omit<ConversationsSetup, 'engine' | 'search' | 'votes'>;
}

/** The wing's services. Chats and classifier have an engine of their own each, so that neither waits for the other. */
export function assembleChats({ database, conversations, ...needs }: ChatsNeeds) {
  const chats = new Chats({ ...needs, host: makeEngineHost('chat') });
  return {
    chats,
    classification: new Classifier({ ...needs, host: makeEngineHost('chat') }),
    conversations: new Conversations({
      ...conversations,
      ...{ engine: chats, search: new ChatSearch(database), votes: new ChatVoteRepository(database) },
    }),
  };
}
