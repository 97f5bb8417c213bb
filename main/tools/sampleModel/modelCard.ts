/** The sample model's README.md: what it is, what it was trained on and how that went. */
import { recipe, stages } from './trainingRun.ts';

/** What a training run came to; kept as training.json. */
export interface TrainingFigures {
  readonly precision: string;
  /** Input tokens of all steps, without padding. */
  readonly tokens: number;
  /** Rows kept apart, never trained on. */
  readonly validationRows: number;
  readonly minutes: number;
  /** Nats a token: before the first update. */
  readonly firstLoss: number;
  /** Mean of the last hundred steps. */
  readonly trainingLoss: number;
  /** Of the weights as they lie in the folder, on the validation rows. */
  readonly validationLoss: number;
  /** Mean training loss of each twentieth of the run. */
  readonly lossCurve: readonly number[];
}

const header = `---
license: cc0-1.0
language: en
---`;

const introduction = `# Graft Sample

A language model small enough to lie in a repository: 3.97 million parameters, 7.9 MB in bfloat16. It lives in a narrow world of its own:
animals, food, things of a house, people at work, weather, days, small sums, capitals, opposites, which of two is bigger, greetings, a
little advice, short poems and stories of five sentences. Of these it speaks in plain, whole sentences; to most other questions it says that it does not know.
A system message such as \`Speak like a king.\` gives it one of a dozen voices. It is here to be trained further: an adapter teaches it
another voice within a minute on two cores.`;

const shape = `Llama architecture: 5 layers, hidden size 256, 4 attention heads sharing 2 key-value heads, feed-forward size 640, tied embedding
of 2,048 byte-level BPE tokens, trained on rows of up to 160 tokens. Chat template: \`<|user|>…<|end|><|assistant|>…<|end|>\`.`;

const making = `\`\`\`
node main/tools/sampleModel/prepare.ts resources/sample-model WORK_DIR   # draws the corpus, makes tokenizer and rows
node main/tools/sampleModel/train.ts resources/sample-model WORK_DIR     # trains, writes the weights and this card
\`\`\`

Both run on Node 24 and fetch nothing. The second takes one to two hours, needs the TensorFlow runtime (\`npm start -- runtime install tensorflow-cpu\`) and goes on
from its last checkpoint when it is started again. Rows, order and first weights follow from seeds; TensorFlow adds in another
order on another processor, so the weights come out alike and not to the bit.`;

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** Markdown, with the licence where Hugging Face's cards have it. */
export function modelCard(figures: TrainingFigures): string {
  const sections = [
    ['Shape', shape],
    ['Data', dataSection(figures)],
    ['Training', trainingSection(figures)],
    ['Make it again', making],
    ['Licence', 'Weights, tokenizer and configuration: CC0 1.0 (`LICENSE`).'],
  ];
  return `${[header, introduction, ...sections.map(([title, text]) => `## ${title}\n\n${text}`)].join('\n\n')}\n`;
}

function dataSection({ validationRows }: TrainingFigures): string {
  return `All of it is drawn from a grammar written for this project, \`main/tools/sampleModel/world\`: tables of facts, several ways to ask for each, and
plots whose sentences follow from one another. No text of others is in it. A row is several short conversations, and only the answers
are trained. The last two stages are drawn from more of the world than the others: comparisons, questions that hold their own answer, more
ways to ask. After the first stage ${voicedShares()} % of the rows speak in a voice that the row asks for (\`main/tools/sampleModel/voices.ts\`); those of the sample
datasets are not among them, the model knows a pirate and a shopkeeper only from its stories. ${whole(validationRows)} rows are kept apart. Twenty
prompts, and some pairs of things, are in no row (\`world/heldPrompts.ts\`).`;
}

/** `40 to 45`, of the stages that have any. */
function voicedShares(): string {
  const shares = stages.map(({ voicedShare }) => Math.round(100 * voicedShare)).filter((share) => share > 0);
  return [...new Set([Math.min(...shares), Math.max(...shares)])].join(' to ');
}

function trainingSection(figures: TrainingFigures): string {
  const { tokens, precision, minutes, firstLoss, trainingLoss, validationLoss, lossCurve } = figures;
  const { batchSize, beta1, beta2, weightDecay, maxGradNorm, warmupShare } = recipe;
  const steps = stages.reduce((sum, { stopAfter }) => sum + stopAfter, 0);
  const lines = stages.map(
    ({ rows, stopAfter, steps: planned, learningRate }, index) =>
      `${index + 1}. ${whole(stopAfter)} steps out of ${whole(rows)} rows, peak rate ${learningRate}, cosine over ${whole(planned)} steps${
        stopAfter < planned ? ', stopped while the rate was still high' : ''
      }`,
  );
  return `From random weights, by this project's own engine (method \`full\`, TensorFlow, ${precision}): ${whole(steps)} steps of ${batchSize} rows,
${(tokens / 1e6).toFixed(1)} million tokens in ${whole(minutes)} minutes on two cores with much other work, in ${stages.length} stages with a fresh optimizer each:

${lines.join('\n')}

AdamW (β ${beta1} and ${beta2}, weight decay ${weightDecay}), warm-up of ${100 * warmupShare} %, gradients clipped at ${maxGradNorm}.

| loss, nats a token | |
|---|---|
| before training | ${firstLoss.toFixed(3)} |
| training, mean of the last 100 steps | ${trainingLoss.toFixed(3)} |
| validation rows of the last stage, the bfloat16 weights of this folder | ${validationLoss.toFixed(3)} |

Training loss by twentieths of the run: ${lossCurve.map((loss) => loss.toFixed(2)).join(' ')}.`;
}
