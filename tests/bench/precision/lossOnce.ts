/**
 * Mean loss of a model over a token file with its weights stored in one precision, in a process of its own.
 * Prints one JSON line. Usage: lossOnce.ts MODEL_DIR float32|bf16|int8 TOKEN_FILE
 */
import { validationLoss } from '../../../main/tools/sampleModel/validationLoss.ts';
import { benchSettings, parsePrecision } from '../benchSettings.ts';

const [modelDir, precision, tokenFile] = process.argv.slice(2);
const loss = await validationLoss(benchSettings(parsePrecision(precision)), modelDir, tokenFile);
process.stdout.write(`${JSON.stringify({ loss })}\n`, () => process.exit(0));
