/**
 * Every screen with the states that matter, by address and, where an address does not lead there, by what a person
 * does. Screenshots are taken of all of them, and axe looks at all of them: a new screen is one line here.
 */
import type { Page } from 'playwright-core';
import type { Catalogue } from '../../../renderer/i18n/catalogue.ts';
import { adapterWords } from '../../../renderer/i18n/adapters.ts';
import { classifyWords } from '../../../renderer/i18n/classify.ts';
import { modelWords } from '../../../renderer/i18n/models.ts';
import { runWords } from '../../../renderer/i18n/runs.ts';
import type { LookedAt, StudioKind } from './studios.ts';

/** The words of the language that is shown. */
export type Say = <Words>(words: Catalogue<Words>) => Words;

export interface Shot {
  /** The screen, then the state. */
  readonly name: string;
  readonly studio: StudioKind;
  readonly address: string | ((seeded: LookedAt) => string);
  /** Waited for, where the address alone shows how something is being worked out. */
  readonly ready?: string;
  readonly act?: (page: Page, say: Say) => Promise<void>;
  /** Looked at in a window 1024 wide as well. */
  readonly narrow?: true;
}

const press = async (page: Page, name: string, role: 'button' | 'menuitem' = 'button'): Promise<void> =>
  page.getByRole(role, { name, exact: true }).first().click();
/** The window keeps whether they are shown. */
const showMethods = async (page: Page): Promise<void> => {
  const closed = page.locator('[data-field=method] button[aria-expanded=false]');
  if ((await closed.count()) > 0) await closed.click();
};
const scrollTo = async (page: Page, where: 'start' | 'end'): Promise<void> =>
  page
    .locator('[data-scroll]')
    .first()
    .evaluate((element, isEnd) => element.scrollTo(0, isEnd ? element.scrollHeight : 0), where === 'end');
const scrollToEnd = async (page: Page): Promise<void> => scrollTo(page, 'end');

export const shots: readonly Shot[] = [
  { name: 'home-first-run', studio: 'new', address: '/', narrow: true },
  { name: 'home-empty', studio: 'empty', address: '/' },
  { name: 'home-full', studio: 'full', address: '/', narrow: true },
  { name: 'home-live', studio: 'live', address: '/' },
  { name: 'home-new-project', studio: 'full', address: '/?new=project' },

  { name: 'datasets-empty', studio: 'empty', address: '/datasets' },
  { name: 'datasets-full', studio: 'full', address: '/datasets', narrow: true },
  {
    name: 'datasets-import',
    studio: 'full',
    address: (seeded) => `/datasets?import=path:${encodeURIComponent(seeded.unnamedColumns)}`,
    narrow: true,
  },
  { name: 'datasets-import-missing', studio: 'full', address: '/datasets?import=path:/nowhere/rows.csv' },
  { name: 'datasets-trash', studio: 'full', address: '/datasets?view=trash' },
  {
    name: 'dataset-rows',
    studio: 'full',
    address: ({ datasetIds }) => `/datasets/${datasetIds.support}`,
    narrow: true,
  },
  {
    name: 'dataset-row',
    studio: 'full',
    address: ({ datasetIds }) => `/datasets/${datasetIds.support}?row=3`,
    narrow: true,
  },
  {
    name: 'dataset-search',
    studio: 'full',
    address: ({ datasetIds }) => `/datasets/${datasetIds.support}?search=kettle`,
  },
  {
    name: 'dataset-sees',
    studio: 'full',
    address: ({ datasetIds, modelId }) => `/datasets/${datasetIds.support}?tab=sees&model=${modelId}`,
    narrow: true,
  },
  {
    name: 'dataset-lengths',
    studio: 'full',
    address: ({ datasetIds, modelId }) => `/datasets/${datasetIds.support}?tab=lengths&model=${modelId}&cut=90`,
    ready: 'main figure',
    narrow: true,
  },
  {
    name: 'dataset-labels',
    studio: 'full',
    address: ({ datasetIds }) => `/datasets/${datasetIds.letters}?tab=labels`,
    narrow: true,
  },
  {
    name: 'dataset-errors',
    studio: 'full',
    address: ({ datasetIds }) => `/datasets/${datasetIds.glossary}?tab=errors`,
  },
  {
    name: 'dataset-duplicates',
    studio: 'full',
    address: ({ datasetIds, modelId }) => `/datasets/${datasetIds.glossary}?tab=duplicates&model=${modelId}`,
  },
  { name: 'dataset-gone', studio: 'full', address: '/datasets/never-was' },

  { name: 'models-empty', studio: 'empty', address: '/models' },
  { name: 'models-trash', studio: 'full', address: '/models?view=trash' },
  { name: 'models-trash-empty', studio: 'empty', address: '/models?view=trash' },
  { name: 'models-full', studio: 'full', address: ({ modelId }) => `/models?model=${modelId}`, narrow: true },
  {
    name: 'models-export',
    studio: 'full',
    address: ({ modelId }) => `/models?model=${modelId}`,
    act: async (page, say) => press(page, say(modelWords).export),
  },

  { name: 'train-empty', studio: 'empty', address: '/train' },
  {
    name: 'train-full',
    studio: 'full',
    address: ({ modelId, datasetIds }) => `/train?method=vera&model=${modelId}&dataset=${datasetIds.support}`,
    narrow: true,
  },
  {
    name: 'train-end',
    studio: 'full',
    address: ({ modelId, datasetIds }) => `/train?method=vblora&model=${modelId}&dataset=${datasetIds.support}`,
    act: scrollToEnd,
  },
  { name: 'train-nothing-chosen', studio: 'full', address: '/train?method=lora&model=&dataset=', act: showMethods },
  { name: 'train-copy', studio: 'full', address: ({ runIds }) => `/train?from=${runIds.succeeded}` },
  { name: 'methods', studio: 'full', address: '/methods', narrow: true },

  { name: 'runs-empty', studio: 'empty', address: '/runs' },
  { name: 'runs-full', studio: 'full', address: '/runs', narrow: true },
  { name: 'runs-all', studio: 'full', address: '/runs?project=all' },
  { name: 'runs-none-found', studio: 'full', address: '/runs?search=zebra' },
  {
    name: 'runs-compare',
    studio: 'full',
    address: ({ runIds }) => `/runs?compare=${runIds.succeeded},${runIds.others.slice(0, 2).join(',')}`,
    narrow: true,
  },
  { name: 'runs-trash', studio: 'full', address: '/runs?project=all&trash=1' },
  { name: 'runs-live', studio: 'live', address: '/runs' },
  { name: 'run-succeeded', studio: 'full', address: ({ runIds }) => `/runs/${runIds.succeeded}`, narrow: true },
  { name: 'run-succeeded-end', studio: 'full', address: ({ runIds }) => `/runs/${runIds.succeeded}`, act: scrollToEnd },
  { name: 'run-long', studio: 'full', address: ({ runIds }) => `/runs/${runIds.long}` },
  { name: 'run-zoomed', studio: 'full', address: ({ runIds }) => `/runs/${runIds.long}?steps=20000-24000` },
  { name: 'run-failed', studio: 'full', address: ({ runIds }) => `/runs/${runIds.failed}`, narrow: true },
  { name: 'run-interrupted', studio: 'full', address: ({ runIds }) => `/runs/${runIds.interrupted}` },
  { name: 'run-stopped', studio: 'full', address: ({ runIds }) => `/runs/${runIds.cancelled}` },
  { name: 'run-queued', studio: 'live', address: ({ runIds }) => `/runs/${runIds.queued}` },
  { name: 'run-live', studio: 'live', address: ({ runIds }) => `/runs/${runIds.live}`, narrow: true },
  { name: 'run-live-end', studio: 'live', address: ({ runIds }) => `/runs/${runIds.live}`, act: scrollToEnd },
  {
    name: 'run-stop',
    studio: 'live',
    address: ({ runIds }) => `/runs/${runIds.live}`,
    act: async (page, say) => press(page, say(runWords).stop),
  },
  { name: 'run-gone', studio: 'full', address: '/runs/never-was' },

  { name: 'adapters-empty', studio: 'empty', address: '/adapters' },
  { name: 'adapters-full', studio: 'full', address: ({ adapterIds }) => `/adapters/${adapterIds.ofRun}`, narrow: true },
  {
    name: 'adapters-detail-end',
    studio: 'full',
    address: ({ adapterIds }) => `/adapters/${adapterIds.ofRun}`,
    act: scrollToEnd,
  },
  { name: 'adapters-imported', studio: 'full', address: ({ adapterIds }) => `/adapters/${adapterIds.loadable}` },
  { name: 'adapters-search', studio: 'full', address: '/adapters?search=captain' },
  { name: 'adapters-none-found', studio: 'full', address: '/adapters?search=zebra' },
  {
    name: 'adapters-compare',
    studio: 'full',
    address: ({ adapterIds }) => `/adapters?compare=${adapterIds.ofRun},${adapterIds.others.slice(0, 2).join(',')}`,
  },
  { name: 'adapters-trash', studio: 'full', address: '/adapters?trashed=1' },
  { name: 'adapters-import-path', studio: 'full', address: '/adapters?import=1' },
  { name: 'adapters-hub', studio: 'empty', address: '/adapters?import=hub' },
  {
    name: 'adapters-export',
    studio: 'full',
    address: ({ adapterIds }) => `/adapters/${adapterIds.loadable}`,
    act: async (page, say) => press(page, say(adapterWords).export),
  },

  { name: 'classify-empty', studio: 'empty', address: '/classify' },
  {
    ...{ name: 'classify-answered', studio: 'full', address: '/classify', narrow: true },
    act: async (page, say) => {
      const words = say(classifyWords);
      await page.getByLabel(words.text, { exact: true }).fill('The sun is out, and the ships are old.');
      await press(page, words.run);
      await page.getByRole('region', { name: words.answers }).waitFor();
    },
  },

  { name: 'chat-empty', studio: 'empty', address: '/chat' },
  { name: 'chat-new', studio: 'full', address: ({ modelId }) => `/chat?new=1&model=${modelId}` },
  { name: 'chat-branches', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.branches}`, narrow: true },
  { name: 'chat-compared', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.compared}`, narrow: true },
  { name: 'chat-code', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.code}` },
  {
    ...{ name: 'chat-code-top', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.code}` },
    act: async (page) => scrollTo(page, 'start'),
  },
  { name: 'chat-japanese', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.japanese}` },
  { name: 'chat-failed', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.failed}` },
  { name: 'chat-search', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.branches}?find=lamp` },
  { name: 'chat-trash', studio: 'full', address: ({ chatIds }) => `/chat/${chatIds.branches}?list=trash` },

  { name: 'settings-general', studio: 'full', address: '/settings', narrow: true },
  { name: 'settings-server', studio: 'full', address: '/settings/server' },
  { name: 'settings-doctor', studio: 'full', address: '/settings/doctor' },
  { name: 'settings-disk', studio: 'full', address: '/settings/disk', narrow: true },
  { name: 'settings-disk-empty', studio: 'empty', address: '/settings/disk' },
  { name: 'settings-about', studio: 'full', address: '/settings/about' },

  { name: 'palette', studio: 'full', address: '/', act: async (page) => page.keyboard.press('Control+k') },
  {
    ...{ name: 'palette-found', studio: 'full', address: '/' },
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('pirate');
    },
  },
  { name: 'nothing-here', studio: 'full', address: '/no/such/address' },
];
