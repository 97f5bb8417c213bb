/** `tokenize`: text in, token ids out. */
import type { Command } from 'commander';
import { leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';

interface Flags {
  readonly model: string;
  readonly text: string;
  readonly specialTokens: boolean;
}

export function addTokenizeCommand(program: Command, session: CommandSession): void {
  leaf(program, session, {
    syntax: 'tokenize',
    summary: 'Token ids of a text',
    example: 'tokenize --model smollm2 --text "Hello there"',
  })
    .requiredOption('--model <model>', 'whose tokenizer')
    .requiredOption('--text <text>', 'the text')
    .option('--no-special-tokens', 'leave out what the tokenizer puts around a text')
    .action(async ({ model, text, specialTokens }: Flags) => {
      const ids = await (await session.studio()).models.tokenize(model, text, specialTokens);
      session.result({ ids }, () => ids.join(' '));
    });
}
