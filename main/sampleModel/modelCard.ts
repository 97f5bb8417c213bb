/** The sample model's README.md: what it is, what it was trained on and how that went. */
import { recipe } from './trainingRun.ts';

/** What a training run came to; kept as training.json. */
export interface TrainingFigures {
  readonly steps: number;
  readonly precision: string;
  readonly epochs: number;
  /** Input tokens of all steps, without padding. */
  readonly tokens: number;
  readonly trainRows: number;
  readonly trainTokens: number;
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
animals, food, things of a house, people at work, weather, days, small sums, capitals, opposites, greetings, a little advice, short poems
and stories of five sentences. Of these it speaks in plain, whole sentences; to most other questions it says that it does not know. It
is here to be trained further: an adapter gives it another voice within a minute on two cores.`;

const shape = `Llama architecture: 5 layers, hidden size 256, 4 attention heads sharing 2 key-value heads, feed-forward size 640, tied embedding
of 2,048 byte-level BPE tokens, trained on rows of up to 160 tokens. Chat template: \`<|user|>…<|end|><|assistant|>…<|end|>\`.`;

const making = `\`\`\`
node main/sampleModel/prepare.ts resources/sample-model WORK_DIR   # draws the corpus, makes tokenizer and rows
node main/sampleModel/train.ts resources/sample-model WORK_DIR     # trains, writes the weights and this card
\`\`\`

Both run on Node 24 and fetch nothing. The second needs the TensorFlow runtime (\`npm start -- runtime install tensorflow-cpu\`) and goes on
from its last checkpoint when it is started again. Rows, order and first weights follow from seeds; sums of TensorFlow differ in their
last bits between processors, so the weights come out alike and not to the bit on another machine.`;

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

function dataSection({ trainRows, trainTokens, validationRows }: TrainingFigures): string {
  return `All of it is drawn from a grammar written for this project, \`main/sampleModel/world\`: tables of facts, several ways to ask for each, and
plots whose sentences follow from one another. No text of others is in it. ${whole(trainRows)} rows of several short conversations,
${whole(trainTokens)} tokens, and ${whole(validationRows)} rows kept apart; only the answers are trained. Twenty prompts, and some pairs of things,
are in no row (\`world/heldPrompts.ts\`).`;
}

function trainingSection(figures: TrainingFigures): string {
  const { steps, epochs, tokens, precision, minutes, firstLoss, trainingLoss, validationLoss, lossCurve } = figures;
  const { batchSize, learningRate, beta1, beta2, weightDecay, maxGradNorm, warmupShare } = recipe;
  return `From random weights, by this project's own engine (method \`full\`, TensorFlow, ${precision} products with float32 weights): ${whole(steps)} steps of
${batchSize} rows, ${epochs.toFixed(1)} passes, ${(tokens / 1e6).toFixed(1)} million tokens in ${whole(minutes)} minutes on two busy CPU cores. AdamW (β ${beta1} and ${beta2}, weight decay ${weightDecay}),
peak rate ${learningRate}, cosine after a warm-up of ${100 * warmupShare} %, gradients clipped at ${maxGradNorm}.

| loss, nats a token | |
|---|---|
| before training | ${firstLoss.toFixed(3)} |
| training, mean of the last 100 steps | ${trainingLoss.toFixed(3)} |
| validation rows, the bfloat16 weights of this folder | ${validationLoss.toFixed(3)} |

Training loss by twentieths of the run: ${lossCurve.map((loss) => loss.toFixed(2)).join(' ')}.`;
}
