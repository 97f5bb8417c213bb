/** The card that goes out with an export: facts of the lineage, and nothing that is a person's own. */
import { describe, expect, it } from 'vitest';
import { getAdapterExport, getModelExport } from '../../../main/contract/exports/registry.ts';
import type { LabelTask } from '../../../main/contract/labels.ts';
import { modelCard } from '../../../main/studio/exports/modelCard.ts';
import type { CardFacts } from '../../../main/studio/exports/modelCard.ts';
import { cardTraining } from '../../../main/studio/exports/cardFacts.ts';
import { sampleDataset, sampleRun } from '../../database/sampleRows.ts';

const result = {
  files: ['a.gguf'],
  parity: { of: 'logits' as const, difference: 3e-7, tolerance: 1e-3, rounding: null },
  truncation: null,
  notes: [],
};
const base = {
  name: 'smol',
  licence: 'apache-2.0',
  parameters: 134_515_008,
  classifies: false,
  hubId: 'HuggingFaceTB/SmolLM2-135M-Instruct',
};
const run = sampleRun('/home', {});
const steps = [5, 2, 3].map((loss, at) => ({
  step: at + 1,
  loss,
  gradNorm: 1,
  learningRate: 1,
  tokens: 1,
  trainedTokens: 1,
  stepMs: 1,
}));
const prompt = 'A prompt of my own';
const configuration = { ...run.configuration, training: { ...run.configuration.training, samplePrompts: [prompt] } };
const lineage = {
  modelId: 'm',
  modelHash: null,
  datasetId: 'd',
  datasetHash: null,
  runId: run.id,
  configuration,
  codeVersion: '1',
};
const training = cardTraining({ lineage } as Parameters<typeof cardTraining>[0], {
  findDataset: () => sampleDataset('/home'),
  findRun: () => ({ ...run, adapterEvaluation: { step: 2, loss: 1.5, trainedTokens: 1 } }),
  steps: () => steps,
});
const facts: CardFacts = {
  ...{ title: 'po|ems', spec: getAdapterExport('lora'), result, folder: 'poems', codeVersion: '0.1.0', base, training },
  adapter: { method: 'vera', parameters: 43_008 },
};

describe('a model card', () => {
  it('has front matter that a hub understands', () => {
    const [, matter] = modelCard(facts).split('---\n');
    const fields = Object.fromEntries(
      matter
        .trim()
        .split('\n')
        .map((line) => [line.split(': ')[0], JSON.parse(line.slice(line.indexOf(': ') + 2)) as unknown]),
    );
    expect(fields).toEqual({
      base_model: base.hubId,
      base_model_relation: 'adapter',
      library_name: 'peft',
      license: 'apache-2.0',
      pipeline_tag: 'text-generation',
      tags: ['graft', 'vera', 'lora'],
    });
  });

  it('names the step at which the run was stopped, beside the steps that were planned', () => {
    const trained = { step: 40, steps: 60, plannedSteps: 1200, stopped: true };
    const card = modelCard({ ...facts, training: training && { ...training, trained } });
    expect(card).toContain('| Stopped after | 60 of 1,200 steps |\n| Weights of step | 40 |');
    expect(modelCard(facts)).not.toContain('Stopped after');
  });

  it('of an encoder says which output is which class, as PEFT keeps no names', () => {
    const cardOf = (labelTask: LabelTask): string =>
      modelCard({
        ...facts,
        training: training && { ...training, configuration: { ...training.configuration, labelTask } },
      });
    expect(cardOf({ kind: 'classification', labels: ['wet', 'dry|hot'] })).toContain(
      '| Outputs | 0 wet, 1 dry\\|hot |',
    );
    expect(cardOf({ kind: 'regression', labels: [] })).toContain('| Outputs | a number |');
    expect(modelCard(facts)).not.toContain('Outputs');
  });

  it('of a form that comes near says that it is not the same, and how far off it is', () => {
    const parity = { ...result.parity, difference: 0.3, tolerance: null };
    const card = modelCard({ ...facts, result: { ...result, parity } });
    expect(card).toContain('| Exact | no: it comes near the original');
    expect(card).toContain('3.0e-1');
    expect(modelCard(facts)).not.toContain('| Exact |');
  });

  it('says method, base, data, settings, curve, evaluation and how it answers', () => {
    const card = modelCard(facts);
    const dataset = sampleDataset('/home');
    for (const part of [
      'VeRA',
      '43,008',
      dataset.contentHash,
      String(dataset.rows),
      '| First training loss | 1 | 5.0000 |',
    ])
      expect(card).toContain(part);
    for (const part of [
      '| Lowest training loss | 2 | 2.0000 |',
      '| Last training loss | 3 | 3.0000 |',
      '1.5000',
      '3.0e-7',
    ])
      expect(card).toContain(part);
    expect(card).toContain('AutoPeftModelForCausalLM.from_pretrained("poems")');
  });

  it('keeps a person’s prompts to themselves, and their names out of its tables’ borders', () => {
    const card = modelCard({
      ...facts,
      training: training && { ...training, dataset: { ...sampleDataset('/home'), name: 'a|b' } },
    });
    expect(card).not.toContain(prompt);
    expect(card).toContain('| Dataset | a\\|b |');
  });

  it('leaves out what is not known (a base that was never on a hub, an adapter from elsewhere)', () => {
    const card = modelCard({ ...facts, base: { ...base, hubId: null, licence: null }, training: null });
    for (const part of ['base_model', 'license:', '## Data', '## Training', '## Curve'])
      expect(card).not.toContain(part);
    const alone = modelCard({ ...facts, spec: getModelExport('gguf'), adapter: null, training: null });
    expect(alone).not.toContain('base_model_relation');
    expect(alone).not.toContain('## Adapter');
  });
});
