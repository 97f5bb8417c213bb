import type { Database } from 'better-sqlite3';
import type { Adapter } from '../../contract/entities.ts';
import type { ModelService } from '../../contract/services.ts';
import { ChatSearch } from '../../database/chatSearch.ts';
import { ChatVoteRepository } from '../../database/chatVotes.ts';
import { makeEngineHost } from '../machine/engines.ts';
import { AdapterContents } from '../adapters/AdapterContents.ts';
import { LlamaCppReadiness } from './llamaCpp/LlamaCppReadiness.ts';
import { LlamaCppUse, type LlamaCppUseSetup } from './llamaCpp/LlamaCppUse.ts';
import { Quiet } from './llamaCpp/Quiet.ts';
import { Chats, type ChatsSetup } from './Chats.ts';
import { Classifier } from './Classifier.ts';
import { Conversations, type ConversationsSetup } from './Conversations.ts';

export interface ChatsNeeds extends Omit<ChatsSetup, 'host' | 'llamaCpp' | 'quiet'> {
  readonly models: ChatsSetup['models'] & Pick<ModelService, 'list'>;
  readonly adapters: ChatsSetup['adapters'] & { list(): readonly Adapter[] };
  readonly tasks: LlamaCppUseSetup['tasks'];
  /** With the sample datasets. */
  readonly resourcesDir: string;
  readonly declinedConversions: LlamaCppUseSetup['declined'];
  readonly database: Database;
  /** What conversations read of the library by id, removed things too. */
  readonly conversations: Omit<ConversationsSetup, 'engine' | 'search' | 'votes'>;
}

/** The wing's services. Chats and classifier have an engine of their own each, so that neither waits for the other. */
export function assembleChats({ database, conversations, tasks, resourcesDir, ...needs }: ChatsNeeds) {
  const { cacheDir, world, models, adapters, declinedConversions } = needs;
  const quiet = new Quiet();
  const use = new LlamaCppUse({
    ...{ cacheDir, resourcesDir, world, tasks, quiet, declined: declinedConversions },
    adaptersOf: ({ id }) => adapters.list().filter(({ modelId }) => modelId === id),
    tokenizer: async (model) => models.tokenizer(model.id),
    contents: new AdapterContents(),
    makeHost: () => makeEngineHost('train'), // behind what people wait for
    onChange: () => conversations.changes.announce('chats', 'disk'),
  });
  const chats = new Chats({ ...needs, llamaCpp: use, quiet, host: makeEngineHost('chat') });
  return {
    chats,
    llamaCpp: new LlamaCppReadiness({ use, models, adapters }),
    classification: new Classifier({ ...needs, host: makeEngineHost('chat') }),
    conversations: new Conversations({
      ...conversations,
      ...{ engine: chats, search: new ChatSearch(database), votes: new ChatVoteRepository(database) },
    }),
  };
}
