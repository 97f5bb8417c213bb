/**
 * tfjs, loaded once. It is CommonJS whose exports Node cannot list ahead, hence `require`; tfjs-node also calls two
 * functions of `util` that newer Nodes have dropped or warn about; ours stand in before anything of it is loaded.
 */
import { createRequire } from 'node:module';
import util from 'node:util';

const require = createRequire(import.meta.url);
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
legacy.isArray = Array.isArray;

export const tf = require('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs');
export type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
