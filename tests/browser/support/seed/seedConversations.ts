/**
 * Writes conversations as trees of messages: branches, rounds of several lanes, votes, answers that failed or were
 * stopped.
 */
import type { ChatTurn } from '../../../../main/contract/entities.ts';
import type { ChatRepository } from '../../../../main/database/chats.ts';
import type { ChatVoteRepository } from '../../../../main/database/chatVotes.ts';
import type { Chance } from './Chance.ts';
import type { ConversationText, Exchange, SaidAnswer } from './conversationTexts.ts';

export interface ConversationWorld {
  readonly chats: ChatRepository;
  readonly votes: ChatVoteRepository;
  readonly chance: Chance;
  readonly projectId: string;
  readonly modelId: string;
  /** Who the texts mean by their numbers. */
  readonly adapterIds: readonly string[];
}

interface Place {
  readonly chatId: string;
  readonly parentId: string | null;
  readonly atMs: number;
}

const failure = {
  code: 'engineCrashed',
  message: 'The engine process died (exit status 134).',
  data: { remedy: 'Ask again: the engine is started anew.', exitCode: 134 },
} as const;

/** The chat's id. */
export function seedConversation(text: ConversationText, beganAtMs: number, world: ConversationWorld): string {
  const { chats, chance, projectId, modelId } = world;
  const chatId = chance.id(beganAtMs);
  const about = { title: text.title, projectId, modelId, systemPrompt: text.systemPrompt ?? '' };
  chats.insert({
    id: chatId,
    ...about,
    createdAt: beganAtMs,
    updatedAt: beganAtMs,
    trashedAt: text.isTrashed === true ? beganAtMs : null,
  });
  let place: Place = { chatId, parentId: null, atMs: beganAtMs };
  for (const exchange of text.exchanges) place = seedExchange(exchange, place, world);
  return chatId;
}

/** Where the conversation goes on. */
function seedExchange(
  { said, edited, earlier = [], answers, vote }: Exchange,
  place: Place,
  world: ConversationWorld,
): Place {
  const { chats, votes, chance } = world;
  const { chatId } = place;
  if (edited !== undefined) {
    const user = userTurn(edited.said, place, chance);
    chats.addTurns([user, ...roundOf([edited.answer], user, world)]);
  }
  const user = userTurn(said, { ...place, atMs: place.atMs + 20_000 }, chance);
  chats.addTurn(user);
  for (const answer of earlier) chats.addTurns(roundOf([answer], user, world));
  const round = roundOf(answers, { ...user, createdAt: user.createdAt + 15_000 }, world);
  chats.addTurns(round);
  const winner = vote === undefined ? undefined : round[vote.lane];
  if (winner !== undefined && winner.round !== null)
    votes.set({ round: winner.round, turnId: winner.id, blind: vote?.blind === true, createdAt: winner.createdAt });
  return { chatId, parentId: round[0]?.id ?? null, atMs: user.createdAt + 60_000 };
}

function userTurn(content: string, { chatId, parentId, atMs }: Place, chance: Chance): ChatTurn {
  return {
    ...{
      id: chance.id(atMs),
      chatId,
      parentId,
      role: 'user',
      content,
      state: 'done',
      error: null,
      round: null,
      lane: 0,
    },
    ...{ adapterId: null, scale: null, swapMs: null, promptMs: null, tokens: null, tokensPerSecond: null },
    ...{ cutOff: false, omittedTurns: 0, createdAt: atMs },
  };
}

function roundOf(
  answers: readonly SaidAnswer[],
  user: ChatTurn,
  { chance, adapterIds }: ConversationWorld,
): ChatTurn[] {
  const atMs = user.createdAt + 1_500;
  const round = chance.id(atMs);
  return answers.map(({ by, text, state = 'done', isCutOff = false }, lane) => {
    const adapterId = by === 'base' ? null : (adapterIds[by] ?? null);
    const isSpoken = text !== '';
    return {
      ...{
        id: chance.id(atMs + 1_000 * (lane + 1)),
        chatId: user.chatId,
        parentId: user.id,
        role: 'assistant',
        content: text,
        state,
      },
      ...{ error: state === 'failed' ? failure : null, round, lane, adapterId, scale: adapterId === null ? null : 1 },
      ...{ swapMs: isSpoken ? chance.between(0.02, 0.4) : null, promptMs: isSpoken ? chance.between(30, 160) : null },
      ...{
        tokens: isSpoken ? Math.ceil(text.length / 3.4) : null,
        tokensPerSecond: isSpoken ? chance.between(28, 61) : null,
      },
      ...{ cutOff: isCutOff, omittedTurns: 0, createdAt: atMs + 1_000 * (lane + 1) },
    };
  });
}
