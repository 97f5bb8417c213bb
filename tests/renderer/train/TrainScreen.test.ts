import { readFileSync } from 'node:fs';
import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import type { KeptTrainingForm } from '../../../main/contract/trainingForm.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { defaultPreferences, type Preferences } from '../../../main/contract/preferences.ts';
import TrainScreen from '../../../renderer/screens/train/TrainScreen.svelte';
import { pretendLayout, show, testWindow, type TestWindow } from '../support/testWindow.ts';

const file = 'resources/sample-model/config.json';
const shape = llamaFamily.parseConfig(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, file);
const model = { id: 'm1', name: 'sample', parameters: 3_967_488, sizeBytes: 8_000_000, format: 'safetensors', shape };
const datasets = [
  { id: 'd1', name: 'tickets', rows: 80, badRowCount: 0 },
  { id: 'd2', name: 'facts', rows: 90, badRowCount: 1 },
];
const plan = {
  split: {
    ...{
      trainingRows: 90,
      evaluationRows: 10,
      trainingPieces: 95,
      evaluationPieces: 10,
      nothingToEvaluate: false,
      equalRows: 3,
    },
    ...{ classesNotEvaluated: ['rare'], classesNotEvaluatedCount: 1, classesNotTrained: [] },
    unusable: { rows: 7, line: 3, reason: "the model's chat template does not show tools" },
    cut: {
      ...{ maxLength: 128, pieces: 105, cutPieces: 12, trainedTokens: 40_000, lostTrainedTokens: 5_000, lostPieces: 3 },
      ...{ wholeLength: 700, longestPossible: 512, forLabels: false },
    },
  },
  estimate: { memoryBytes: 4e8, memoryParts: [{ name: 'engine', bytes: 4e8 }], seconds: 60, adapterBytes: 18_000 },
  ...{
    backend: 'wasm',
    device: 'wasm, float32',
    why: 'No TensorFlow here.',
    training: { steps: 57 },
    methodOptions: {},
    targets: [],
  },
  ...{ freeMemoryBytes: 8e9, trainableParameters: 4480 },
};

interface World {
  readonly address?: string;
  readonly preferences?: Partial<Preferences>;
  readonly plan?: (request: TrainRequest) => unknown;
  readonly datasets?: readonly object[];
  /** What the studio keeps of the form: the same object is another window's, or the one after a reload. */
  readonly kept?: { -readonly [Key in keyof KeptTrainingForm]: KeptTrainingForm[Key] };
}

const untouched = (): NonNullable<World['kept']> => ({ draft: null, last: null });

beforeAll(pretendLayout);

function open({
  address = '/train',
  preferences = {},
  plan: answer = () => plan,
  datasets: listed = datasets,
  kept: studio = untouched(),
}: World = {}): TestWindow {
  let kept: Preferences = { ...defaultPreferences, ...preferences };
  const window = testWindow({
    preferences: { get: () => kept, update: (changes: Partial<Preferences>) => (kept = { ...kept, ...changes }) },
    projects: {
      list: () => [{ id: 'p', name: 'Default', modelId: 'm1', createdAt: 1 }],
      trainingForm: () => studio,
      keepTrainingForm: ({ draft, last }: Partial<KeptTrainingForm>) => {
        if (draft !== undefined) studio.draft = draft;
        if (last !== undefined) studio.last = last;
        return null;
      },
    },
    ...{
      models: { list: () => [model], fit: () => ({ training: [{ method: 'full', bytes: 539e6, maxLength: 512 }] }) },
      datasets: { list: () => listed },
      runtimes: { list: () => [] },
    },
    ...{ app: { info: () => ({ threads: 4 }) }, adapters: { list: () => ({ items: [], total: 0, totalBytes: 0 }) } },
    runs: {
      plan: answer,
      start: () => ({ id: 'r9' }),
      request: () => ({
        ...{ model: 'm1', dataset: 'd2', method: 'lora', methodOptions: { rank: 32 } },
        training: { steps: 7 },
        backend: 'auto',
      }),
    },
  });
  window.studio.router.go(address);
  void window.studio.preferences.load();
  show(window, TrainScreen, {});
  return window;
}

const start = async (): Promise<HTMLElement> => screen.findByRole('button', { name: 'Start training' });

describe('Start', () => {
  it('names what is missing and goes there instead of starting', async () => {
    const { inputsOf } = open();
    await userEvent.click(await start());
    expect(screen.getByText('Choose a dataset.')).toBeTruthy();
    expect(document.activeElement?.closest('[data-field]')?.getAttribute('data-field')).toBe('dataset');
    expect(inputsOf('runs.start')).toEqual([]);
  });

  it('says before the click that a dataset is missing, also where there is none to choose', async () => {
    open({ datasets: [] });
    const button = await start();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent).toContain(
      'Choose a dataset.',
    );
    await userEvent.click(button);
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Add a dataset' }));
  });

  // Once such a text counted as an empty field, and the run went off with the recommended value.
  it.each([
    ['Learning rate', 'abc', {}],
    ['Layers', '1O', { preferences: { showAdvanced: true } }],
    ['Threads', 'two', { preferences: { showAdvanced: true } }],
  ] as const)(
    'is off while %s holds a text that is no number, which is named, marked and led to',
    async (name, text, world) => {
      const { studio, inputsOf } = open({ address: '/train?dataset=d1', ...world });
      const field = await screen.findByRole('textbox', { name });
      await userEvent.type(field, text);
      expect(field.getAttribute('aria-invalid')).toBe('true');
      await screen.findByText('One thing to mend');
      expect(screen.getAllByRole('button', { name }).length).toBe(1);
      const asked = inputsOf('runs.plan').length;
      await userEvent.click(await start());
      expect(document.activeElement).toBe(field);
      await waitFor(() => expect(studio.router.query.get('set')).toContain(text));
      expect(inputsOf('runs.plan').length).toBe(asked);
      expect(inputsOf('runs.start')).toEqual([]);
    },
  );

  it('takes full-width digits as the numbers that they are', async () => {
    const { inputsOf } = open({ address: '/train?dataset=d1' });
    await userEvent.type(await screen.findByRole('textbox', { name: 'Learning rate' }), '０．００４');
    await userEvent.click(await start());
    await waitFor(() => expect(inputsOf('runs.start')).toMatchObject([{ training: { learningRate: 0.004 } }]));
  });

  it('starts what was chosen and goes to the run; the next form is fresh and offers it', async () => {
    const kept = untouched();
    const { studio, inputsOf } = open({ address: '/train?dataset=d1', kept });
    await userEvent.click(await start());
    await waitFor(() => expect(studio.router.path).toBe('/runs/r9'));
    expect(inputsOf('runs.start')).toMatchObject([
      { model: 'm1', dataset: 'd1', method: 'vera', training: {}, methodOptions: {}, projectId: 'p' },
    ]);
    expect(studio.router.query.toString()).toBe('');
    await waitFor(() => expect(kept).toMatchObject({ draft: null, last: { dataset: 'd1' } }));
  });
});

describe('the form', () => {
  it('shows what is recommended and why, and gives back a changed value alone', async () => {
    const { studio } = open({ address: '/train?dataset=d1' });
    const rate = await screen.findByRole('textbox', { name: 'Learning rate' });
    expect(rate.getAttribute('placeholder')).toBe('0.004');
    expect(screen.getByText(/ten times LoRA's 4e-4/)).toBeTruthy();
    await userEvent.type(rate, '2e-3');
    await userEvent.type(screen.getByRole('textbox', { name: 'Batch size' }), '8');
    await userEvent.click(screen.getByRole('button', { name: 'Reset Learning rate' }));
    await waitFor(() =>
      expect(JSON.parse(studio.router.query.get('set') ?? '{}')).toEqual({ training: { batchSize: 8 } }),
    );
  });

  it('says how the rows are split, that some are equal, and which class no figure will say anything of', async () => {
    open({ address: '/train?dataset=d1' });
    expect(await screen.findByText('90 trained, 10 evaluated, in 95 pieces')).toBeTruthy();
    expect(screen.getByText(/^3 rows are equal in text to an earlier one/)).toBeTruthy();
    expect(
      screen.getByText(/^This model cannot take 7 rows: left out \(line 3: .* does not show tools\)\.$/),
    ).toBeTruthy();
    expect(
      screen.getByText('No row kept for evaluation has the label “rare”: its figures say nothing of it.'),
    ).toBeTruthy();
  });

  it('says how many rows are cut at the maximum length and what that costs', async () => {
    open({ address: '/train?dataset=d1' });
    const said =
      '12 of 105 pieces of rows are longer than 128 tokens and cut there. 5,000 of 40,000 trained tokens (13 %) are lost. ' +
      'Nothing of 3 of them is trained. The longest has 700 tokens; the model takes at most 512.';
    expect(await screen.findByText(said)).toBeTruthy();
  });

  it('says how many special tokens the rows spell, and has a switch for what they count as', async () => {
    const spelled = { rows: 3, tokens: 12, countAs: 'text' };
    open({ address: '/train?dataset=d1', plan: () => ({ ...plan, split: { ...plan.split, spelled } }) });
    expect(await screen.findByText(/3 rows: the text spells special tokens of this model \(12 in all\)/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /^Advanced/ }));
    expect(screen.getByLabelText('Special tokens in rows').textContent).toContain('ordinary text');
  });

  it('evaluates on another dataset instead of a share, which is then not asked for', async () => {
    const { inputsOf } = open({
      address: `/train?dataset=d1&set=${encodeURIComponent('{"training":{"evaluationSplit":0.2,"steps":9}}')}`,
    });
    for (const name of ['Evaluation dataset', 'Test dataset']) {
      (await screen.findByRole('combobox', { name })).focus();
      // past “a share” and “none”; jsdom knows no pointer capture
      await userEvent.keyboard('{Enter}{ArrowDown}{Enter}');
    }
    const asked = { dataset: 'd1', evalDataset: 'd2', testDataset: 'd2', training: { steps: 9 } };
    await waitFor(() => expect(inputsOf('runs.plan').at(-1)).toMatchObject(asked));
    expect(Object.keys((inputsOf('runs.plan').at(-1) as typeof asked).training)).toEqual(['steps']);
  });

  it('asks for an estimate again when a setting changes, and shows it', async () => {
    const { inputsOf } = open({ address: '/train?dataset=d1' });
    expect(await screen.findByText('4,480')).toBeTruthy();
    await userEvent.type(screen.getByRole('textbox', { name: 'Rank' }), '16');
    await waitFor(() => expect(inputsOf('runs.plan').at(-1)).toMatchObject({ methodOptions: { rank: 16 } }));
  });

  it('puts a problem at its field and names it at Start, which leads there even behind the fold', async () => {
    const problems = [{ field: 'training.beta1', message: 'It must be less than 1.' }];
    const { inputsOf } = open({
      address: '/train?dataset=d1',
      plan: () => {
        throw new GraftError('invalid', verbatim('It must be less than 1.'), { problems });
      },
    });
    await screen.findByText('One thing to mend');
    expect(screen.queryByRole('textbox', { name: 'Adam beta 1' })).toBeNull();
    await userEvent.click(await start());
    const beta = await screen.findByRole('textbox', { name: 'Adam beta 1' });
    expect(document.activeElement).toBe(beta);
    expect(beta.getAttribute('aria-invalid')).toBe('true');
    expect(inputsOf('runs.start')).toEqual([]);
  });

  it('takes over the settings of another run, without its name', async () => {
    const { studio } = open({ address: '/train?from=r1' });
    const rank = await screen.findByRole('textbox', { name: 'Rank' });
    await waitFor(() => expect((rank as HTMLInputElement).value).toBe('32'));
    expect(screen.getByRole('radio', { name: /^LoRA(?!-)/ })).toHaveProperty('checked', true);
    expect(studio.router.query.get('from')).toBeNull();
  });

  it('offers what was last started, takes it over when asked and gives the draft back by undo', async () => {
    const last = { model: 'm1', dataset: 'd2', method: 'vblora', training: { seed: 5 }, methodOptions: {} };
    open({ kept: { draft: null, last } });
    expect(await screen.findByRole('radio', { name: /^VeRA/ })).toHaveProperty('checked', true);
    await userEvent.click(
      screen.getByRole('button', { name: 'Use the settings of the last run (VB-LoRA, 1 changed)' }),
    );
    expect(screen.getByRole('radio', { name: /VB-LoRA/ })).toHaveProperty('checked', true);
    expect(screen.getByRole('textbox', { name: 'Seed' })).toHaveProperty('value', '5');
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByRole('radio', { name: /^VeRA/ })).toHaveProperty('checked', true);
  });

  it('is there again after another screen, as it was left: also what does not hold, and what was typed just before', async () => {
    const kept = untouched();
    const first = open({ address: '/train', kept });
    await userEvent.type(await screen.findByRole('textbox', { name: 'Learning rate' }), '1O');
    await userEvent.click(screen.getByRole('radio', { name: /^LoRA(?!-)/ }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Rank' }), '12');
    await userEvent.click(screen.getByRole('radio', { name: /^VB-LoRA/ }));
    first.studio.router.go('/models');
    cleanup();
    expect(kept.draft).not.toBeNull();

    open({ address: '/train', kept });
    expect(await screen.findByText('This is where you left off.')).toBeTruthy();
    expect(screen.getByRole('radio', { name: /VB-LoRA/ })).toHaveProperty('checked', true);
    expect(screen.getByRole('textbox', { name: 'Learning rate' })).toHaveProperty('value', '1O');
    await userEvent.click(screen.getByRole('radio', { name: /^LoRA(?!-)/ }));
    expect(screen.getByRole('textbox', { name: 'Rank' })).toHaveProperty('value', '12');
    await userEvent.click(screen.getByRole('button', { name: 'Start afresh' }));
    expect(screen.getByRole('textbox', { name: 'Learning rate' })).toHaveProperty('value', '');
    await waitFor(() => expect(kept.draft).toBeNull());
  });

  it('takes a dataset and a cut of the address into the draft, and lets a run take its place with a way back', async () => {
    const draft = { model: 'm1', method: 'lora', training: { seed: 7 } };
    const { inputsOf } = open({ address: '/train?dataset=d2&maxLength=90', kept: { draft, last: null } });
    const asked = { dataset: 'd2', method: 'lora', training: { seed: 7, maxLength: 90 } };
    await waitFor(() => expect(inputsOf('runs.plan').at(-1)).toMatchObject(asked));
    cleanup();

    open({ address: '/train?from=r1', kept: { draft, last: null } });
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Rank' })).toHaveProperty('value', '32'));
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(screen.getByRole('textbox', { name: 'Seed' })).toHaveProperty('value', '7');
  });

  it('has full fine-tuning among its methods, with the memory that Models says, before any dataset is chosen', async () => {
    open({ address: '/train?method=full' });
    expect(await screen.findByRole('radio', { name: /^Full fine-tuning/ })).toHaveProperty('checked', true);
    expect(await screen.findByText('Memory: up to 539 MB, with rows of 512 tokens.')).toBeTruthy();
  });

  it('says beside the memory for these rows what Models says of rows as long as they may be', async () => {
    const atFullLength = { longestLength: 58, maxLength: 512, memoryBytes: 539e6 };
    open({ address: '/train?dataset=d1', plan: () => ({ ...plan, estimate: { ...plan.estimate, atFullLength } }) });
    expect(
      await screen.findByText(/^The longest row here has 58 tokens\. With rows of 512, .* it is 539 MB\.$/),
    ).toBeTruthy();
  });

  it("keeps a method's options while another is looked at", async () => {
    open({ address: '/train?dataset=d1' });
    await userEvent.type(await screen.findByRole('textbox', { name: 'Rank' }), '16');
    await userEvent.click(screen.getByRole('radio', { name: /^LoRA(?!-)/ }));
    expect(screen.getByRole('textbox', { name: 'Rank' })).toHaveProperty('value', '');
    await userEvent.click(screen.getByRole('radio', { name: /^VeRA/ }));
    expect(screen.getByRole('textbox', { name: 'Rank' })).toHaveProperty('value', '16');
  });

  it('puts the keyboard into a new prompt, and into the one before when one is removed', async () => {
    const { studio } = open({ address: '/train?dataset=d1' });
    for (const prompt of ['One?', 'Two?']) {
      await userEvent.click(await screen.findByRole('button', { name: 'Add a prompt' }));
      await userEvent.keyboard(prompt);
    }
    await waitFor(() => expect(studio.router.query.get('set')).toBe('{"training":{"samplePrompts":["One?","Two?"]}}'));
    await userEvent.click(screen.getAllByRole('button', { name: 'Remove this prompt' })[1]);
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Sample prompt 1' }));
  });

  it('keeps the rows of a pattern as they are typed: one without a number or a name twice is named, not dropped', async () => {
    const { inputsOf } = open({ address: '/train?dataset=d1&method=lora', preferences: { showAdvanced: true } });
    const group = await screen.findByRole('group', { name: 'Rank by module' });
    const add = within(group).getByRole('button', { name: 'Add a row' });
    await userEvent.click(add);
    await userEvent.keyboard('q_proj');
    expect(within(group).getByText('The number is missing.')).toBeTruthy();
    expect(screen.getByText('One thing to mend')).toBeTruthy();
    await userEvent.tab();
    await userEvent.keyboard('4');
    await userEvent.click(add);
    await userEvent.keyboard('q_proj');
    await userEvent.tab();
    await userEvent.keyboard('8');
    expect(within(group).getAllByText('This name stands here twice.')).toHaveLength(2);
    await userEvent.type(within(group).getAllByRole('textbox', { name: /Pattern$/ })[1], '2');
    await waitFor(() =>
      expect(inputsOf('runs.plan').at(-1)).toMatchObject({ methodOptions: { rankPattern: { q_proj: 4, q_proj2: 8 } } }),
    );
  });

  it("chooses target modules by the model's own names", async () => {
    const { studio } = open({ address: '/train?dataset=d1' });
    const group = await screen.findByRole('group', { name: 'Target modules' });
    await userEvent.click(within(group).getByRole('button', { name: 'k_proj' }));
    await waitFor(() =>
      expect(JSON.parse(studio.router.query.get('set') ?? '{}')).toEqual({ targets: ['q_proj', 'k_proj', 'v_proj'] }),
    );
    await userEvent.click(within(group).getByRole('button', { name: 'k_proj' }));
    await waitFor(() => expect(studio.router.query.get('set')).toBeNull());
  });
});
