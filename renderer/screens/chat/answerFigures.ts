/** The figures under an answer: size of the adapter, swap, speed, length, and how it ended. */
import type { ChatTurn } from '../../../main/contract/entities.ts';
import { bytes, milliseconds } from '../../lib/format.ts';

interface Words {
  readonly swappedIn: (time: string) => string;
  readonly speed: (tokens: string) => string;
  readonly tokens: (count: number) => string;
  readonly stopped: string;
}

/** `sizeBytes` null: nothing that tells which adapter it was (blind), or the base. */
export function answerFigures(turn: ChatTurn, sizeBytes: number | null, words: Words): readonly string[] {
  const { swapMs, tokensPerSecond, tokens, state } = turn;
  const swap = sizeBytes === null || swapMs === null ? [] : [bytes(sizeBytes), words.swappedIn(milliseconds(swapMs))];
  const speed =
    tokensPerSecond === null
      ? []
      : [words.speed(tokensPerSecond >= 9.95 ? tokensPerSecond.toFixed(0) : tokensPerSecond.toFixed(1))];
  const length = tokens === null || tokens === 0 ? [] : [words.tokens(tokens)];
  return [...(state === 'stopped' ? [words.stopped] : []), ...swap, ...speed, ...length];
}
