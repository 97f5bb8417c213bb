/** `chat`: a conversation with adapters swapped in at will, or one answer with --prompt. */
import type { Command } from 'commander';
import { scaleNote } from '../scaleNote.ts';
import { GraftError } from '../../contract/errors.ts';
import type { Studio } from '../../contract/services.ts';
import type { ChatBackendRequest, ChatRequest } from '../../contract/conversations.ts';
import { addChatBackendFlags, chatBackendRequest } from '../backendFlags.ts';
import { type ChatAdapter, parseChatAdapter, shownAdapter } from '../chatAdapters.ts';
import { Conversation } from '../conversation.ts';
import { bytes, milliseconds } from '../format.ts';
import { chatEngineWords } from '../../contract/words/chatEngines.ts';
import { leaf } from '../leaf.ts';
import { parseNumber } from '../schemaFlags.ts';
import type { CommandSession } from '../session.ts';
import { englishOf } from '../../contract/words/words.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

interface Flags extends ChatBackendRequest, Omit<ChatRequest, 'adapter' | 'messages'> {
  readonly adapter: readonly string[];
  readonly prompt?: string;
  readonly system?: string;
  readonly compare?: boolean;
}

export function addChatCommand(program: Command, session: CommandSession): void {
  const command = leaf(program, session, {
    syntax: 'chat',
    summary: 'Talk to a model, swapping adapters on the way',
    example: 'chat --model smollm2 --adapter poems --adapter letters:0.5',
  })
    .requiredOption('--model <model>', 'base model')
    .option(
      '--adapter <adapter[:scale]>',
      'keep this adapter at hand; may be repeated, also the same one at another scale',
      (text, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--prompt <text>', 'one answer of each adapter (of the base without any), then end')
    .option('--compare', 'with --prompt: the answer of the base too')
    .option('--system <text>', 'system message')
    .option('--max-tokens <number>', 'longest answer', parseNumber, 256)
    .option('--temperature <number>', '0: always the likeliest token', parseNumber, 0.7)
    .option('--top-p <number>', 'nucleus sampling', parseNumber, 0.95)
    .option('--top-k <number>', 'only the likeliest tokens; 0: off', parseNumber, 0)
    .option('--repetition-penalty <number>', '1: off', parseNumber, 1)
    .option('--seed <number>', 'of sampling', parseNumber, 0);
  addChatBackendFlags(command).action(async (flags: Flags) => {
    const studio = await session.studio();
    const adapters = flags.adapter.map((text) => readAdapter(text, studio));
    for (const note of new Set(adapters.map((adapter) => adapter && scaleNote(adapter, studio.adapters))))
      if (note) session.terminal.note(note);
    await offerLlamaCpp(session, studio, flags);
    if (flags.prompt !== undefined) return answerOnce(session, studio, { flags, adapters, prompt: flags.prompt });
    if (session.terminal.json) throw new GraftError('usage', commandLineWords.jsonNeedsPrompt());
    await new Conversation({ session, studio, model: flags.model, adapters, ...chatSettings(flags) }).run();
  });
}

/** One line, until the person put the offer away on the screen. */
async function offerLlamaCpp({ terminal }: CommandSession, studio: Studio, flags: Flags): Promise<void> {
  const { chatEngine, llamaCppDeclined } = studio.preferences.get();
  if (terminal.json || llamaCppDeclined || (flags.engine ?? chatEngine) !== 'auto') return;
  const { state, bytes: size } = await studio.llamaCpp.report({ modelId: flags.model, adapterIds: [] });
  if (state !== 'notInstalled' || size === null) return;
  terminal.note(terminal.dim(chatEngineWords.offer({ size: bytes(size) }).text));
}

function readAdapter(text: string, studio: Studio): ChatAdapter | null {
  const adapter = parseChatAdapter(text, studio.adapters);
  return adapter && { ...adapter, scale: adapter.scale ?? 1 };
}

function chatSettings({ system, maxTokens, temperature, topP, topK, repetitionPenalty, seed, ...flags }: Flags) {
  return {
    system,
    sampling: { maxTokens, temperature, topP, topK, repetitionPenalty, seed },
    backend: chatBackendRequest(flags),
  };
}

interface OneAnswer {
  readonly flags: Flags;
  readonly adapters: readonly (ChatAdapter | null)[];
  readonly prompt: string;
}

async function answerOnce(
  session: CommandSession,
  studio: Studio,
  { flags, adapters, prompt }: OneAnswer,
): Promise<void> {
  const { terminal, interrupt } = session;
  const { system, sampling, backend } = chatSettings(flags);
  const asked =
    adapters.length === 0 || flags.compare === true
      ? [null, ...adapters.filter((adapter) => adapter !== null)]
      : adapters;
  const { device, why } = await studio.chats.open(
    flags.model,
    asked.flatMap((adapter) => adapter?.id ?? []),
    backend,
  );
  terminal.note(terminal.dim(`${englishOf(device)}: ${englishOf(why)}`));
  const messages: ChatRequest['messages'] = [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt },
  ];
  const answers = [];
  for (const adapter of asked) {
    if (!terminal.json && asked.length > 1)
      terminal.print(terminal.bold(adapter === null ? 'base' : shownAdapter(adapter)));
    const request = {
      model: flags.model,
      adapter: adapter && { idOrName: adapter.id, scale: adapter.scale },
      messages,
      ...sampling,
    };
    const answer = await studio.chats.send(
      request,
      (piece) => (terminal.json ? undefined : terminal.write(piece)),
      interrupt.signal,
    );
    if (!terminal.json) terminal.print('');
    terminal.note(terminal.dim(`${Math.round(answer.tokensPerSecond)} tokens/s, swap ${milliseconds(answer.swapMs)}`));
    const scaleNotice = (adapter && scaleNote(adapter, studio.adapters)) ?? null;
    answers.push({
      ...answer,
      scaleNotice,
      adapter: adapter?.id ?? null,
      adapterName: adapter?.name ?? null,
      scale: adapter?.scale ?? 1,
    });
    if (interrupt.signal.aborted) break;
  }
  if (terminal.json) terminal.printJson({ answers, engine: { device, why } });
  if (interrupt.signal.aborted) session.exitStatus = 130;
}
