/** Messages as tests write them: a line each. */
import type { ChatDetails, ChatVote } from '../../../main/contract/conversations.ts';
import type { Chat, ChatTurn, Model } from '../../../main/contract/entities.ts';

export function turn(fields: Partial<ChatTurn> & { readonly id: string }): ChatTurn {
  return {
    ...{
      chatId: 'c1',
      parentId: null,
      role: 'user',
      content: fields.id,
      state: 'done',
      error: null,
      round: null,
      lane: 0,
    },
    ...{
      adapterId: null,
      scale: null,
      swapMs: null,
      promptMs: null,
      tokens: null,
      tokensPerSecond: null,
      cutOff: false,
    },
    ...{ omittedTurns: 0, createdAt: 0 },
    ...fields,
  };
}

export function user(id: string, parentId: string | null = null): ChatTurn {
  return turn({ id, parentId });
}

export function answer(id: string, parentId: string, fields: Partial<ChatTurn> = {}): ChatTurn {
  return turn({ id, parentId, role: 'assistant', round: `round of ${id}`, ...fields });
}

export function vote(round: string, turnId: string, blind = false): ChatVote {
  return { round, turnId, blind, createdAt: 0 };
}

export const chat: Chat = {
  ...{
    id: 'c1',
    title: 'Parcels',
    projectId: null,
    modelId: 'm1',
    systemPrompt: '',
    createdAt: 0,
    updatedAt: 0,
    trashedAt: null,
  },
};

export function detailsOf(turns: readonly ChatTurn[], votes: readonly ChatVote[] = []): ChatDetails {
  return { chat, turns, votes };
}

export const model = {
  id: 'm1',
  name: 'Small',
  hasTokenizer: true,
  hasChatTemplate: true,
  shape: { family: 'llama' },
} as Model;
