import { z } from 'zod';
import type {
  AnswerNews,
  ChatDetails,
  ChatEngineState,
  ChatHit,
  ChatSummary,
  ChatVote,
  SentMessage,
  VoteTally,
} from '../conversations.ts';
import type { Chat, ChatTurn } from '../entities.ts';
import type { Page } from '../library.ts';
import type { LlamaCppReport } from '../llamaCppUse.ts';
import { samplingSchema } from '../preferences.ts';
import type { TaskTicket } from '../tasks.ts';
import { byId, gives, pageInput, procedure, reference, streams } from './procedure.ts';

export const mostLanes = 4;

const lane = z.object({ adapterId: z.string().nullable(), scale: z.number().min(0).max(4).default(1) });
const answering = z.object({ modelId: reference, adapterIds: z.array(z.string()).default([]) });
const asking = z.object({ lanes: z.array(lane).min(1).max(mostLanes), sampling: samplingSchema });

export const chats = {
  list: procedure
    .input(pageInput.extend({ projectId: reference.optional(), trashed: z.boolean().default(false) }))
    .output(gives<Page<ChatSummary>>()),
  search: procedure.input(z.object({ text: z.string().trim().min(1).max(200) })).output(gives<readonly ChatHit[]>()),
  get: procedure.input(byId).output(gives<ChatDetails>()),
  create: procedure
    .input(
      z.object({
        projectId: reference.optional(),
        modelId: reference,
        systemPrompt: z.string().max(20_000).default(''),
      }),
    )
    .output(gives<Chat>()),
  update: procedure
    .input(
      byId.extend({
        title: z.string().trim().min(1).max(200).optional(),
        modelId: reference.optional(),
        systemPrompt: z.string().max(20_000).optional(),
      }),
    )
    .output(gives<Chat>()),
  remove: procedure.input(byId).output(gives<null>()),
  restore: procedure.input(byId).output(gives<Chat>()),
  /**
   * Returns at once; the answers are written one after another and watched by their ids. `parentId` null begins the
   * chat or a new root.
   */
  send: procedure
    .input(
      asking.extend({ chatId: reference, parentId: z.string().nullable(), content: z.string().min(1).max(200_000) }),
    )
    .output(gives<SentMessage>()),
  /** Other answers to the same message: a new round beside the old. */
  regenerate: procedure.input(asking.extend({ userTurnId: z.string() })).output(gives<SentMessage>()),
  /** From `offset` on; ends with the whole turn. An answer that has ended gives its end at once. */
  watch: procedure
    .input(z.object({ turnId: z.string(), offset: z.int().min(0).default(0) }))
    .output(streams<AnswerNews>()),
  /** What was written so far is kept. */
  stop: procedure.input(z.object({ turnIds: z.array(z.string()).min(1) })).output(gives<null>()),
  /** One vote a round; null takes it back. */
  vote: procedure
    .input(z.object({ round: z.string(), turnId: z.string().nullable(), blind: z.boolean() }))
    .output(gives<ChatVote | null>()),
  tally: procedure.output(gives<readonly VoteTally[]>()),
  export: procedure
    .input(byId.extend({ format: z.enum(['markdown', 'json']), leafId: z.string().optional() }))
    .output(gives<{ readonly fileName: string; readonly text: string }>()),
  /** Loads model and adapters ahead of the first message. */
  warmUp: procedure.input(answering).output(gives<ChatEngineState>()),
  engine: procedure.output(gives<ChatEngineState>()),
  /** Whether llama.cpp answers in the place of the tensors, and why not. */
  llamaCpp: procedure.input(answering).output(gives<LlamaCppReport>()),
  /** Converts and checks for it; null where there is nothing to do. */
  prepareLlamaCpp: procedure.input(answering).output(gives<TaskTicket<LlamaCppReport> | null>()),
  /** Gives the memory back. */
  unload: procedure.output(gives<null>()),
  turn: procedure.input(z.object({ turnId: z.string() })).output(gives<ChatTurn>()),
};
