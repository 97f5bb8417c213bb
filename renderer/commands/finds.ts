/** What the studio holds, as things that the palette can find. */
import {
  Activity,
  Box,
  Database,
  Folder,
  HardDrive,
  House,
  Info,
  Layers,
  MessageSquare,
  Quote,
  Server,
  Settings,
  Stethoscope,
  Tags,
  TrendingUp,
} from '@lucide/svelte';
import type { ChatHit, ChatSummary } from '../../main/contract/conversations.ts';
import type { Dataset, Model, Project } from '../../main/contract/entities.ts';
import type { AdapterSummary } from '../../main/contract/library.ts';
import type { RunSummary } from '../../main/contract/runHistory.ts';
import { commonWords } from '../i18n/common.ts';
import { paletteWords } from '../i18n/palette.ts';
import { shellWords } from '../i18n/shell.ts';
import { methodTitle } from '../lib/methodTitle.ts';
import type { StudioWindow } from '../state/studio.ts';
import type { Find } from './rankFinds.ts';
import { commands } from './registry.ts';

/** Undefined is what is not read yet. */
export interface Findable {
  readonly projects: readonly Project[] | undefined;
  readonly models: readonly Model[] | undefined;
  readonly datasets: readonly Dataset[] | undefined;
  readonly runs: readonly RunSummary[] | undefined;
  readonly adapters: readonly AdapterSummary[] | undefined;
  readonly chats: readonly ChatSummary[] | undefined;
  readonly messages: readonly ChatHit[] | undefined;
}

export function findsOf(studio: StudioWindow, found: Findable): readonly Find[] {
  return [...screenFinds(studio), ...commandFinds(studio), ...thingFinds(studio, found), ...chatFinds(studio, found)];
}

/** Finds that open a page. */
const opener =
  (router: StudioWindow['router']) =>
  (address: string, find: Omit<Find, 'run'>): Find => ({ ...find, run: () => router.go(address) });

function screenFinds({ i18n, router }: StudioWindow): Find[] {
  const shell = i18n.words(shellWords);
  const t = i18n.words(paletteWords);
  const screens: readonly (readonly [string, string, Find['icon']])[] = [
    ['/', shell.home, House],
    ['/datasets', shell.datasets, Database],
    ['/models', shell.models, Box],
    ['/train', shell.train, TrendingUp],
    ['/runs', shell.runs, Activity],
    ['/adapters', shell.adapters, Layers],
    ['/chat', shell.chat, MessageSquare],
    ['/classify', shell.classify, Tags],
    ['/settings', shell.settings, Settings],
    ['/settings/server', t.server, Server],
    ['/settings/doctor', t.doctor, Stethoscope],
    ['/settings/disk', t.disk, HardDrive],
    ['/settings/about', t.about, Info],
  ];
  const opens = opener(router);
  return screens.map(([address, label, icon]) => {
    // The English name is known in every language: it is in the address.
    const keywords = address.replaceAll('/', ' ');
    return opens(address, { id: `screen:${address}`, group: 'screens', label, icon, keywords });
  });
}

function commandFinds(studio: StudioWindow): Find[] {
  const t = studio.i18n.words(paletteWords);
  const word = (name: keyof typeof t): string => String(t[name]);
  return commands.map(({ word: name, keywords, icon, run }) => ({
    ...{ id: `command:${name}`, group: 'commands', label: word(name), keywords: word(keywords), icon },
    run: async () => run(studio),
  }));
}

function thingFinds(
  { i18n, router, preferences }: StudioWindow,
  { projects, models, datasets, runs, adapters }: Findable,
): Find[] {
  const common = i18n.words(commonWords);
  const openProject = async (projectId: string): Promise<void> => {
    router.go('/');
    await preferences.update({ projectId });
  };
  const opens = opener(router);
  return [
    ...(projects ?? []).map(({ id, name }): Find => ({
      id: `project:${id}`,
      group: 'projects',
      label: name,
      icon: Folder,
      run: async () => openProject(id),
    })),
    ...(models ?? []).map(({ id, name: label }) =>
      opens(`/models?model=${id}`, { id: `model:${id}`, group: 'models', label, icon: Box }),
    ),
    ...(datasets ?? []).map(({ id, name: label, rows }) =>
      opens(`/datasets/${id}`, {
        id: `dataset:${id}`,
        group: 'datasets',
        label,
        note: common.rows(rows),
        icon: Database,
      }),
    ),
    ...(runs ?? []).map(({ id, name: label, method, datasetName }) => {
      const note = `${methodTitle(method)} · ${datasetName}`;
      return opens(`/runs/${id}`, { id: `run:${id}`, group: 'runs', label, note, icon: Activity, isFound: true });
    }),
    ...(adapters ?? []).map(({ id, name: label, method, tags }) => {
      const note = [methodTitle(method), ...tags].join(' · ');
      return opens(`/adapters/${id}`, {
        id: `adapter:${id}`,
        group: 'adapters',
        label,
        note,
        icon: Layers,
        isFound: true,
      });
    }),
  ];
}

function chatFinds({ i18n, router }: StudioWindow, { chats, messages }: Findable): Find[] {
  const t = i18n.words(paletteWords);
  const opens = opener(router);
  const titled = (title: string): string => (title === '' ? t.untitledChat : title);
  return [
    ...(chats ?? []).map(({ id, title, excerpt: note }) =>
      opens(`/chat/${id}`, { id: `chat:${id}`, group: 'chats', label: titled(title), note, icon: MessageSquare }),
    ),
    ...(messages ?? []).map(({ chatId, chatTitle, turnId, excerpt }) => {
      // The search marks what it found with control characters.
      const label = excerpt.replaceAll(/[\u0001\u0002]/g, '');
      const found = { id: `message:${turnId}`, group: 'messages', icon: Quote, isFound: true } as const;
      return opens(`/chat/${chatId}?at=${turnId}`, { ...found, label, note: titled(chatTitle) });
    }),
  ];
}
