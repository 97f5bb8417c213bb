/**
 * A chat as a file. Markdown is for reading: one conversation from its beginning to a leaf, with everything that was
 * answered side by side. JSON is for programs: every branch, figure and vote.
 */
import type { ChatDetails } from '../../contract/conversations.ts';
import type { ChatTurn } from '../../contract/entities.ts';
import { pathTo } from './conversationContext.ts';

export interface ChatExportOptions {
  readonly format: 'markdown' | 'json';
  /** Of the conversation in Markdown; default: the newest message. */
  readonly leafId?: string | undefined;
  readonly modelName: string | null;
  readonly adapterName: (id: string) => string;
}

/** `fileName`: the chat's title with the ending of the format, for any file system. */
export function exportChat(
  details: ChatDetails,
  options: ChatExportOptions,
): { readonly fileName: string; readonly text: string } {
  const name = fileNameOf(details.chat.title);
  if (options.format === 'json') return { fileName: `${name}.json`, text: asJson(details, options) };
  return { fileName: `${name}.md`, text: asMarkdown(details, options) };
}

function asJson({ chat, turns, votes }: ChatDetails, { modelName, adapterName }: ChatExportOptions): string {
  const named = turns.map((turn) => ({
    ...turn,
    adapterName: turn.adapterId === null ? null : adapterName(turn.adapterId),
  }));
  return `${JSON.stringify({ format: 'graft-chat', version: 1, chat: { ...chat, modelName }, turns: named, votes }, null, 2)}\n`;
}

function asMarkdown({ chat, turns, votes }: ChatDetails, options: ChatExportOptions): string {
  const path = pathTo(turns, options.leafId ?? turns.at(-1)?.id ?? '');
  const chosen = new Set(votes.map(({ turnId }) => turnId));
  const parts = path.flatMap((turn) => {
    if (turn.role === 'user') return [`## You\n\n${turn.content}`];
    const answers = turns.filter(({ round, id }) => id === turn.id || (round !== null && round === turn.round));
    return answers
      .toSorted((a, b) => a.lane - b.lane)
      .map((answer) => answerAsMarkdown(answer, options, chosen.has(answer.id)));
  });
  const about = [
    options.modelName === null ? '' : `Model: ${options.modelName}`,
    `Begun: ${new Date(chat.createdAt).toISOString()}`,
  ];
  const system = chat.systemPrompt === '' ? [] : [`## System prompt\n\n${chat.systemPrompt}`];
  const title = chat.title === '' ? 'Chat' : chat.title;
  return `${[`# ${title}`, about.filter((line) => line !== '').join('  \n'), ...system, ...parts].join('\n\n')}\n`;
}

function answerAsMarkdown(turn: ChatTurn, { modelName, adapterName }: ChatExportOptions, isChosen: boolean): string {
  const who =
    turn.adapterId === null ? (modelName ?? 'Base model') : `${adapterName(turn.adapterId)} (scale ${turn.scale ?? 1})`;
  const ends: Partial<Record<ChatTurn['state'], string>> = {
    stopped: '*Stopped here.*',
    failed: `*Failed: ${turn.error?.message ?? 'unknown'}*`,
    answering: '*Still being written.*',
  };
  const parts = [`## ${who}${isChosen ? ' — preferred' : ''}`, turn.content, ends[turn.state] ?? ''];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Any script, but nothing that a file system takes for something else. */
function fileNameOf(title: string): string {
  const plain = title
    .replaceAll(/[\p{Cc}/\\:*?"<>|…]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s.]+|[\s.]+$/g, '');
  return Array.from(plain).slice(0, 80).join('').trim() || 'chat';
}
