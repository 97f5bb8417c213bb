/**
 * The engine protocol's envelope, shared by both halves: frames are parsed here, at the edge, and the port that carries
 * them is an interface, so that a forked child, an Electron utility process and a pair in memory look the same.
 * Only the envelope is checked; parameters and results are typed by `EngineRequests` and come from our own process.
 */
import { z } from 'zod';
import { engineProtocolVersion, type EngineFrame } from './engine.ts';
import { errorCodes, GraftError } from './errors.ts';
import { engineFrameWords as words } from './words/engineFrames.ts';

/** Carries frames one way and the other; each frame arrives as its own structured clone. */
export interface FramePort {
  post(frame: EngineFrame): void;
  onFrame(listener: (frame: unknown) => void): void;
  /** Called once when the other side is gone. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Exit codes of an engine process by class; below 64 are Node's own. */
export const engineExitCodes = {
  closed: 0,
  badFrame: 64,
  ownerGone: 65,
  internal: 70,
  outOfMemory: 71,
  deviceLost: 72,
} as const;

const requestNames = [
  'train',
  'loadModel',
  'loadEncoder',
  'loadEncoderAdapter',
  'classify',
  'loadAdapter',
  'unloadAdapter',
  'generate',
  'logits',
  'startServing',
  'serveAdapter',
  'dropAdapter',
  'complete',
  'selfTest',
  'inspectAdapter',
  'writeExport',
  'compareWithBase',
  'convertBase',
  'compareEngines',
] as const;

const envelope = { version: z.int(), generation: z.int() };
const errorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});

const frameSchema = z.discriminatedUnion('kind', [
  z.object({ ...envelope, kind: z.literal('hello'), pid: z.int() }),
  z.object({
    ...envelope,
    kind: z.literal('request'),
    id: z.int(),
    name: z.enum(requestNames),
    parameters: z.unknown(),
  }),
  z.object({ ...envelope, kind: z.literal('cancel'), id: z.int() }),
  z.object({ ...envelope, kind: z.literal('pause'), paused: z.boolean() }),
  z.object({ ...envelope, kind: z.literal('event'), id: z.int(), event: z.unknown() }),
  z.object({ ...envelope, kind: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({ ...envelope, kind: z.literal('error'), id: z.int(), error: errorSchema }),
]);

/**
 * Checks a frame's envelope. A frame of an earlier generation is undefined: it belongs to a process already given up.
 * Throws GraftError('engineCrashed') for another protocol version or no frame at all.
 */
export function parseFrame(value: unknown, generation: number): EngineFrame | undefined {
  const parsed = frameSchema.safeParse(value);
  if (!parsed.success) {
    const reason = words.noFrame({ why: z.prettifyError(parsed.error) });
    throw new GraftError('engineCrashed', reason, { remedy: words.restartAll() });
  }
  const frame = parsed.data;
  if (frame.version !== engineProtocolVersion) {
    const reason = words.otherProtocol({ theirs: frame.version, ours: engineProtocolVersion });
    throw new GraftError('engineCrashed', reason, { remedy: words.startAgain() });
  }
  return frame.generation === generation ? frame : undefined;
}
