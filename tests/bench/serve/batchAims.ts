/** What a batch of the tensors reaches against its aims, out of the figures of enginesOnce.ts. */

export interface EngineFigure {
  readonly tokens_per_s: number;
  /** Of the whole process. */
  readonly cpu_ms_per_token: number;
  /** Null where it was not taken. */
  readonly first_token_ms_p95: number | null;
}

/** Eight answers: see enginesOnce.ts. */
export interface EngineFigures {
  readonly batch: EngineFigure;
  readonly baseBatch: EngineFigure;
  readonly tensorsInTurn: EngineFigure;
  readonly llamaInTurn: EngineFigure;
  readonly llamaContexts: EngineFigure;
}

/** A table in text. */
export function batchAims(figures: EngineFigures): string {
  const { batch, baseBatch, tensorsInTurn, llamaInTurn, llamaContexts } = figures;
  const fastest = Math.max(tensorsInTurn.tokens_per_s, llamaInTurn.tokens_per_s);
  const firsts = (batch.first_token_ms_p95 ?? NaN) / (tensorsInTurn.first_token_ms_p95 ?? NaN);
  const rows: readonly (readonly [name: string, ratio: number, aim: number, atLeast: boolean])[] = [
    ['total, against the fastest engine one after another', batch.tokens_per_s / fastest, 1.5, true],
    ['total, against llama.cpp in several contexts', batch.tokens_per_s / llamaContexts.tokens_per_s, 1, true],
    ['a step of VeRA rows, against rows of the base', baseBatch.tokens_per_s / batch.tokens_per_s, 1.4, false],
    ['first token p95, against one alone', firsts, 1.5, false],
  ];
  const lines = rows.map(([name, ratio, aim, atLeast]) => {
    const isMet = atLeast ? ratio >= aim : ratio <= aim;
    return `| ${name} | ${ratio.toFixed(2)} × | ${atLeast ? '≥' : '≤'} ${aim} | ${isMet ? 'met' : 'missed'} |`;
  });
  const names = Object.entries(figures) as [keyof EngineFigures, EngineFigure][];
  const each = names.map(([name, { tokens_per_s: speed, cpu_ms_per_token: cpu }]) => `| ${name} | ${speed} | ${cpu} |`);
  const speeds = `\n| eight answers | tokens/s | processor ms a token |\n|---|---|---|\n${each.join('\n')}\n`;
  return `${speeds}\n| a batch of the tensors | figure | aim | |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}
