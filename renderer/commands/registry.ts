/** Every command of the palette. A new command is one line here and its word in i18n/palette.ts. */
import {
  Archive,
  Box,
  CircleQuestionMark,
  Contrast,
  Database,
  Download,
  Keyboard,
  Languages,
  Layers,
  MessageSquare,
  Moon,
  Plus,
} from '@lucide/svelte';
import { ClipboardCopy, HardDrive, Stethoscope, Sun, Trash, TrendingUp } from '@lucide/svelte';
import type { paletteWords } from '../i18n/palette.ts';
import type { StudioWindow } from '../state/studio.ts';
import type { Find } from './rankFinds.ts';

type WordName = keyof typeof paletteWords.en;

export interface Command {
  readonly word: WordName;
  readonly keywords: WordName;
  readonly icon: Find['icon'];
  /** May throw; the person is told. */
  readonly run: (studio: StudioWindow) => unknown;
}

type Preset = Parameters<StudioWindow['preferences']['update']>[0];

const go =
  (address: string) =>
  ({ router }: StudioWindow): void =>
    router.go(address);
const set =
  (changes: Preset) =>
  async ({ preferences }: StudioWindow): Promise<void> =>
    preferences.update(changes);

export const commands: readonly Command[] = [
  { word: 'newProject', keywords: 'keywords_newProject', icon: Plus, run: go('/?new=project') },
  { word: 'newTraining', keywords: 'keywords_newTraining', icon: TrendingUp, run: go('/train') },
  { word: 'whichMethod', keywords: 'keywords_whichMethod', icon: CircleQuestionMark, run: go('/methods') },
  { word: 'newChat', keywords: 'keywords_newChat', icon: MessageSquare, run: go('/chat?new=1') },
  { word: 'importDataset', keywords: 'keywords_importDataset', icon: Database, run: go('/datasets') },
  { word: 'importAdapter', keywords: 'keywords_importAdapter', icon: Layers, run: go('/adapters?import=1') },
  { word: 'addModel', keywords: 'keywords_addModel', icon: Box, run: go('/models') },
  { word: 'installTensorflow', keywords: 'keywords_installTensorflow', icon: Download, run: go('/settings/doctor') },
  { word: 'selfTest', keywords: 'keywords_selfTest', icon: Stethoscope, run: startSelfTest },
  { word: 'backup', keywords: 'keywords_backup', icon: Archive, run: go('/settings/disk') },
  { word: 'clearSpace', keywords: 'keywords_clearSpace', icon: HardDrive, run: go('/settings/disk') },
  { word: 'adapterTrash', keywords: 'keywords_adapterTrash', icon: Trash, run: go('/adapters?trashed=1') },
  { word: 'copyDiagnostics', keywords: 'keywords_copyDiagnostics', icon: ClipboardCopy, run: copyDiagnostics },
  { word: 'themeLight', keywords: 'keywords_theme', icon: Sun, run: set({ theme: 'light' }) },
  { word: 'themeDark', keywords: 'keywords_theme', icon: Moon, run: set({ theme: 'dark' }) },
  { word: 'themeSystem', keywords: 'keywords_theme', icon: Contrast, run: set({ theme: 'system' }) },
  { word: 'languageEn', keywords: 'keywords_language', icon: Languages, run: set({ language: 'en' }) },
  { word: 'languageJa', keywords: 'keywords_language', icon: Languages, run: set({ language: 'ja' }) },
  { word: 'languageSystem', keywords: 'keywords_language', icon: Languages, run: set({ language: 'system' }) },
  { word: 'shortcuts', keywords: 'keywords_shortcuts', icon: Keyboard, run: go('/settings/about') },
];

/** Shown where its figures will stand. */
async function startSelfTest({ router, tasks, api }: StudioWindow): Promise<void> {
  router.go('/settings/doctor');
  await tasks.run(api.doctor.selfTest());
}

async function copyDiagnostics({ api, platform }: StudioWindow): Promise<void> {
  await platform.copy(await api.doctor.diagnostics());
}
