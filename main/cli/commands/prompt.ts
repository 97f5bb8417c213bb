/** `prompt`: messages in, what the model's chat template makes of them out. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { GraftError } from '../../contract/errors.ts';
import { leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

const messagesSchema = z.array(z.object({ role: z.string(), content: z.string() })).min(1);

export function addPromptCommand(program: Command, session: CommandSession): void {
  leaf(program, session, {
    syntax: 'prompt',
    summary: 'Text and token ids of a conversation; asks for an answer exactly when the last message is the user’s',
    example: 'prompt --model smollm2 --messages ./messages.json',
  })
    .requiredOption('--model <model>', 'whose chat template')
    .requiredOption('--messages <file>', 'JSON file: [{ "role": "user", "content": "Hello!" }]')
    .option('--adapter <adapter>', 'with the template that this adapter brings')
    .action(
      async ({
        model,
        adapter,
        messages,
      }: {
        readonly model: string;
        readonly adapter?: string;
        readonly messages: string;
      }) => {
        const parsed = await readMessages(session.path(messages));
        const { models, adapters } = await session.studio();
        const prompt = await models.prompt(model, parsed, adapter === undefined ? null : adapters.get(adapter));
        session.result(prompt, () => prompt.text);
      },
    );
}

async function readMessages(file: string): Promise<z.infer<typeof messagesSchema>> {
  const text = await readFile(file, 'utf8');
  try {
    return messagesSchema.parse(JSON.parse(text));
  } catch (error) {
    const remedy = commandLineWords.writeList();
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new GraftError('invalid', commandLineWords.noMessages({ file, why }), { file, remedy }, error);
  }
}
