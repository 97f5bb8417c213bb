/** `serve`: a model and its adapters for other programs, in OpenAI's format on 127.0.0.1, until Ctrl-C. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { GraftError } from '../../contract/errors.ts';
import { readNumber } from '../../contract/numberText.ts';
import type { ServerStatus } from '../../contract/serving.ts';
import { sizeText } from '../../contract/sizeText.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import { addBackendFlags, backendRequest } from '../backendFlags.ts';
import { fields } from '../format.ts';
import { leaf } from '../leaf.ts';
import { parsePort } from '../parsePort.ts';
import type { CommandSession } from '../session.ts';
import { englishOf } from '../../contract/words/words.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

interface Flags extends BackendRequest {
  readonly model: string;
  readonly adapter: readonly string[];
  readonly allAdapters?: boolean;
  readonly port?: number;
  readonly apiKey?: string;
  readonly context?: number;
  readonly maxBatch?: number;
  readonly queue?: number;
  readonly timeout?: number;
  readonly deterministic?: boolean;
  readonly adapterMemory?: number;
  readonly pin: readonly string[];
  readonly prefetch: boolean;
  readonly prefixMemory?: number;
}

const batched = 'together in a batch: under load a seed can give another text (--deterministic: never)';
const stopping = 'Stopping: answers that are being written get ten seconds. Press Ctrl-C again to end at once.';

export function addServeCommand(program: Command, session: CommandSession): void {
  const command = leaf(program, session, {
    syntax: 'serve',
    summary: 'Serve a model and its adapters to other programs, as OpenAI’s API on 127.0.0.1',
    example: 'serve --model smollm2 --all-adapters --port 8000',
  })
    .requiredOption('--model <model>', 'base model')
    .option(
      '--adapter <adapter>',
      'serve this adapter too; may be repeated',
      (text, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--all-adapters', 'every adapter of the model, also those that come while it serves')
    .option('--port <number>', 'port on 127.0.0.1 (otherwise any)', parsePort)
    .option(
      '--api-key <key>',
      'clients must send it (otherwise GRAFT_API_KEY; none: every program of this machine may ask)',
    )
    .option(
      '--context <tokens>',
      'most tokens of prompt and answer together (default: what the model holds, at most 4096)',
      parseCount,
    )
    .option('--max-batch <number>', 'answers written at once (default 8)', parseCount)
    .option('--queue <number>', 'answers that may wait besides (default 64)', parseCount)
    .option(
      '--adapter-memory <megabytes>',
      'for adapters that are loaded; of more than fit the longest unused go (default: a quarter of the free memory)',
      parseCount,
    )
    .option(
      '--pin <adapter>',
      'serve this adapter too and keep it in memory, whatever else is asked for; may be repeated',
      (text, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--no-prefetch', 'load adapters when their answer’s turn has come, not while it waits')
    .option(
      '--prefix-memory <megabytes>',
      'for prompts that were read, so that what begins alike is read once; 0: none (default: an eighth of the free memory, at most 537; ' +
        'none with --deterministic)',
      parseSize,
    )
    .option('--timeout <seconds>', 'for a whole answer (default 600)', parseCount)
    .option(
      '--deterministic',
      'compute each answer alone: a seed then gives the same text whatever else is asked meanwhile. In a batch the last bits of a product ' +
        'depend on the others, and with bf16 most seeded answers differ under load. It costs what the batch saves: eight answers at once of ' +
        'SmolLM2 came at 10 tokens/s instead of 23 to 31 on two busy cores; one alone is as fast',
    );
  addBackendFlags(command).action(async (flags: Flags) => serve(session, flags));
}

async function serve(session: CommandSession, flags: Flags): Promise<void> {
  if (flags.allAdapters === true && flags.adapter.length > 0)
    throw new GraftError('usage', commandLineWords.notBoth(), { field: '--all-adapters' });
  const { ServerSwitch } = await import('../../hosts/openaiServer/ServerSwitch.ts');
  const studio = await session.studio();
  const server = new ServerSwitch(() => studio);
  const status = await server.start({
    model: flags.model,
    adapters: flags.allAdapters === true ? 'all' : flags.adapter,
    ...{
      port: flags.port,
      apiKey: keyOf(flags, session),
      queue: flags.queue,
      maxRows: flags.maxBatch,
      contextLength: flags.context,
    },
    adapterBytes: flags.adapterMemory === undefined ? undefined : flags.adapterMemory * 1e6,
    pins: flags.pin,
    prefetch: flags.prefetch,
    prefixBytes: flags.prefixMemory === undefined ? undefined : flags.prefixMemory * 1e6,
    deterministic: flags.deterministic === true,
    timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
    backend: backendRequest(flags),
  });
  session.result(withoutKey(status), () => shown(status));
  await session.interrupt.ended(stopping);
  await server.stop();
}

/** An empty key is none: `GRAFT_API_KEY=` in a script that leaves it open. */
function keyOf(flags: Flags, { surroundings }: CommandSession): string | null {
  const apiKey = flags.apiKey ?? surroundings.env.GRAFT_API_KEY ?? '';
  return apiKey === '' ? null : apiKey;
}

/** Output is kept in logs. */
function withoutKey({ apiKey, ...status }: ServerStatus) {
  const { address, device, contextLength, deterministic, models, leftAside, memory, prefixBytes } = status;
  return {
    address,
    device,
    contextLength,
    deterministic,
    adapterBytes: memory?.budgetBytes ?? null,
    pinned: namesOf(status),
    prefixBytes,
    needsKey: apiKey !== null,
    models: models.map(({ name }) => name),
    leftAside: leftAside.map(({ name }) => name),
  };
}

function shown({ address, device, contextLength, models, leftAside, apiKey, ...status }: ServerStatus): string[] {
  const { deterministic, memory, prefixBytes } = status;
  const pinned = namesOf({ models, memory });
  const [base, ...adapters] = models.map(({ name }) => name);
  return [
    ...fields([
      ['address', address ?? ''],
      ['key', apiKey === null ? 'none: every program of this machine may ask' : 'clients must send it'],
      ['model', base ?? ''],
      ['adapters', adapters.length === 0 ? 'none' : adapters.join(', ')],
      ...leftAside.map(({ why }) => ['left aside', why.text] as const),
      ['device', englishOf(device ?? '')],
      ['memory', `${sizeText(memory?.budgetBytes ?? 0)} for adapters that are loaded`],
      ...(pinned.length === 0 ? [] : [['pinned', pinned.join(', ')] as const]),
      ['prompts', prefixText(prefixBytes ?? 0)],
      ['context', `${contextLength ?? 0} tokens`],
      ['answers', deterministic ? 'each computed alone: a seed gives the same text under load too' : batched],
    ]),
    '',
    'Ctrl-C ends the server.',
  ];
}

/** Of the adapters that stay in memory. */
function namesOf({ models, memory }: Pick<ServerStatus, 'models' | 'memory'>): string[] {
  const pinned = new Set(memory?.pinned);
  return models.filter(({ adapterId }) => adapterId !== null && pinned.has(adapterId)).map(({ name }) => name);
}

function prefixText(bytes: number): string {
  return bytes === 0 ? 'each is read whole' : `what begins alike is read once (${sizeText(bytes)})`;
}

function parseSize(text: string): number {
  const size = readNumber(text) ?? NaN;
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new InvalidArgumentError('It must be a whole number from 0 on.');
}

function parseCount(text: string): number {
  const count = readNumber(text) ?? NaN;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}
