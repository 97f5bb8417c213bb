/**
 * What somebody corrects a model with: a whole model of the same weights, whose files take the place of all that stand
 * beside the weights; or single files of that kind, or a folder of some, which take the place of those of their names.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { modelFileWords } from '../../../contract/words/modelFiles.ts';
import { modelFileNames } from '../../../formats/modelFolder.ts';
import { findWeightFiles } from '../../../formats/weightFiles.ts';
import { hashFiles } from '../../shared/copyFiles.ts';
import { smallFilesIn } from './modelIdentity.ts';
import { weightsHashOf } from './sharedWeights.ts';

export interface CorrectionFiles {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** They are all that the model will have. */
  readonly isWhole: boolean;
}

const weightNames = /\.(safetensors|safetensors\.index\.json|gguf|bin|pt|pth)$/i;

/** Throws GraftError('invalid') for other weights, and for what holds no file that a correction can take. */
export async function correctionFilesOf(path: string, model: Model, options: CallOptions): Promise<CorrectionFiles> {
  const source = resolve(path);
  if (isSingleFile(source)) return { files: [source], isWhole: false };
  const dir = extname(source).toLowerCase() === '.gguf' ? dirname(source) : source;
  const files = source === dir ? smallFilesIn(dir) : [];
  if (hasWeights(source)) {
    await requireSameWeights(source, model, options);
    return { files, isWhole: true };
  }
  if (files.length > 0) return { files, isWhole: false };
  throw new GraftError('invalid', modelFileWords.nothingToCorrectWith({ path }), {
    file: path,
    remedy: modelFileWords.whatCorrects(),
  });
}

function isSingleFile(source: string): boolean {
  return modelFileNames.includes(basename(source)) && statSync(source, { throwIfNoEntry: false })?.isFile() === true;
}

function hasWeights(source: string): boolean {
  if (!existsSync(source)) return false;
  if (weightNames.test(source)) return true;
  return (
    ['model.safetensors', 'model.safetensors.index.json'].some((name) => existsSync(join(source, name))) ||
    hasOneGguf(source)
  );
}

function hasOneGguf(dir: string): boolean {
  try {
    return findWeightFiles(dir).format === 'gguf';
  } catch (error) {
    if (error instanceof GraftError) return false;
    throw error;
  }
}

async function requireSameWeights(source: string, model: Model, options: CallOptions): Promise<void> {
  const hash = await hashFiles(findWeightFiles(source).files, options);
  if (hash === (await weightsHashOf(model, options))) return;
  throw new GraftError('invalid', modelFileWords.otherWeights({ path: source, name: model.name }), {
    file: source,
    field: 'weights',
    remedy: modelFileWords.importOtherWeights(),
  });
}
