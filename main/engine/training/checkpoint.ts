/**
 * Checkpoints: `<runDir>/checkpoints/<step>/` with state.safetensors (the flat vectors), checkpoint.json and the
 * adapter as a PEFT folder. A folder appears whole or not at all, and its state is hashed, so that a resumed run either
 * goes on to the last digit or says why it cannot. The last two and the best are kept.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError, problemOf } from '../../contract/errors.ts';
import type { Problem } from '../../contract/errors.ts';
import { isTemporaryName, writeDirAtomic } from '../../formats/atomicFile.ts';
import { openSafetensors, writeSafetensors } from '../../formats/safetensors.ts';
import type { SafetensorsTensor } from '../../formats/safetensors.ts';
import type { Json } from '../../training/stepCallback.ts';
import type { RunProgress } from './progress.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

/** Flat vectors by their key, e.g. `default/firstMoment`; see hostState.ts. */
export type HostState = Readonly<Record<string, Float32Array>>;

export interface Checkpoint {
  readonly state: HostState;
  readonly progress: RunProgress;
  /** What callbacks keep beside tensors, by their ids; absent without any. */
  readonly callbacks?: Readonly<Record<string, Json>>;
}

export interface CheckpointToWrite extends Checkpoint {
  readonly runDir: string;
  /** What must be equal for the losses to go on as if nothing had happened. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly codeVersion: string;
  /** Writes the adapter into the folder it is given. */
  readonly writeAdapter: (dir: string) => Promise<void>;
}

const formatName = 'graft-checkpoint-1';
const keptCheckpoints = 2;

export function checkpointDir(runDir: string, step: number): string {
  return join(runDir, 'checkpoints', String(step));
}

/** Writes the checkpoint of `progress.step`, then removes those that are no longer kept. Returns its folder. */
export async function writeCheckpoint(checkpoint: CheckpointToWrite): Promise<string> {
  const { runDir, progress, callbacks, configuration, codeVersion, state } = checkpoint;
  const dir = checkpointDir(runDir, progress.step);
  const stateSha256 = hashState(state);
  await writeDirAtomic(dir, async (temporaryDir) => {
    await writeSafetensors(
      join(temporaryDir, 'state.safetensors'),
      new Map(Object.entries(state).map(([key, vector]) => [key, vectorTensor(vector)])),
    );
    await writeFile(
      join(temporaryDir, 'checkpoint.json'),
      JSON.stringify({ format: formatName, codeVersion, stateSha256, configuration, progress, callbacks }),
    );
    await checkpoint.writeAdapter(join(temporaryDir, 'adapter'));
  });
  await removeOldCheckpoints(runDir, progress);
  return dir;
}

/**
 * Reads and checks a checkpoint. Throws GraftError('integrity') for a damaged one and GraftError('conflict') listing
 * every field of `configuration` that differs from the run that wrote it.
 */
export async function readCheckpoint(
  dir: string,
  configuration: Readonly<Record<string, unknown>>,
): Promise<Checkpoint> {
  const json = await readCheckpointJson(join(dir, 'checkpoint.json'));
  const differing = findDifferences(json.configuration, configuration);
  if (differing.length > 0) {
    throw new GraftError(
      'conflict',
      engineTrainingWords.otherRun({ dir, fields: differing.map(({ field }) => field) }),
      {
        file: dir,
        problems: differing,
        remedy: engineTrainingWords.newRun(),
      },
    );
  }
  const stateFile = join(dir, 'state.safetensors');
  const state = readState(stateFile);
  if (hashState(state) !== json.stateSha256) throw damaged(stateFile);
  return { state, progress: json.progress, ...(json.callbacks && { callbacks: json.callbacks }) };
}

/** Checkpoint steps of a run, ascending. */
export async function listCheckpoints(runDir: string): Promise<number[]> {
  const names = await readdir(join(runDir, 'checkpoints')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const steps = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return steps.sort((a, b) => a - b);
}

/** The best checkpoint goes only when a better one is there; what a killed process left half-written goes too. */
async function removeOldCheckpoints(runDir: string, progress: RunProgress): Promise<void> {
  const steps = (await listCheckpoints(runDir)).filter((step) => step <= progress.step);
  const removed = steps.slice(0, -keptCheckpoints).filter((step) => step !== progress.best?.step);
  const leftovers = (await readdir(join(runDir, 'checkpoints'))).filter(isTemporaryName);
  const names = [...removed.map(String), ...leftovers];
  await Promise.all(names.map(async (name) => rm(join(runDir, 'checkpoints', name), { recursive: true, force: true })));
}

function readState(stateFile: string): HostState {
  const file = openSafetensors(stateFile);
  try {
    return Object.fromEntries([...file.tensors.keys()].map((key) => [key, file.readFloat32(key)]));
  } finally {
    file.close();
  }
}

/** Of the vectors in order of their keys: no second copy of them has to be made. */
function hashState(state: HostState): string {
  const hash = createHash('sha256');
  for (const key of Object.keys(state).sort()) hash.update(`${key}:${state[key].length}\n`).update(state[key]);
  return hash.digest('hex');
}

interface CheckpointJson extends Omit<Checkpoint, 'state'> {
  readonly stateSha256: string;
  readonly configuration: Readonly<Record<string, unknown>>;
}

async function readCheckpointJson(file: string): Promise<CheckpointJson> {
  const text = await readFile(file, 'utf8');
  try {
    const json = JSON.parse(text) as CheckpointJson & { readonly format?: string };
    if (json.format === formatName) return json;
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

/** Compared as JSON, which is what was written. */
function findDifferences(
  written: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Problem[] {
  const fields = [...new Set([...Object.keys(written), ...Object.keys(wanted)])];
  const differing = fields.filter((field) => JSON.stringify(written[field]) !== JSON.stringify(wanted[field]));
  return differing.map((field) =>
    problemOf(
      field,
      engineTrainingWords.wasIs({ was: JSON.stringify(written[field]), now: JSON.stringify(wanted[field]) }),
    ),
  );
}

function vectorTensor(vector: Float32Array): SafetensorsTensor {
  return {
    dtype: 'F32',
    shape: [vector.length],
    data: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
  };
}

function damaged(file: string, cause?: unknown): GraftError {
  return new GraftError(
    'integrity',
    engineTrainingWords.checkpointDamaged({ file }),
    { file, remedy: engineTrainingWords.resumeBefore() },
    cause,
  );
}
