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
  return screens.map(([address, label, icon]) => ({
    ...{ id: `screen:${address}`, group: 'screens', label, icon },
    // The English name is known in every language: it is in the address.
    keywords: address.replaceAll('/', ' '),
    run: () => router.go(address),
  }));
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
  return [
    ...(projects ?? []).map(({ id, name }): Find => ({
      id: `project:${id}`,
      group: 'projects',
      label: name,
      icon: Folder,
      run: async () => openProject(id),
    })),
    ...(models ?? []).map(({ id, name }): Find => ({
      id: `model:${id}`,
      group: 'models',
      label: name,
      icon: Box,
      run: () => router.go(`/models?model=${id}`),
    })),
    ...(datasets ?? []).map(({ id, name, rows }): Find => ({
      ...{ id: `dataset:${id}`, group: 'datasets', label: name, note: common.rows(rows), icon: Database },
      run: () => router.go(`/datasets/${id}`),
    })),
    ...(runs ?? []).map(({ id, name, method, datasetName }): Find => ({
      ...{
        id: `run:${id}`,
        group: 'runs',
        label: name,
        note: `${methodTitle(method)} · ${datasetName}`,
        icon: Activity,
        isFound: true,
      },
      run: () => router.go(`/runs/${id}`),
    })),
    ...(adapters ?? []).map(({ id, name, method, tags }): Find => ({
      ...{
        id: `adapter:${id}`,
        group: 'adapters',
        label: name,
        note: [methodTitle(method), ...tags].join(' · '),
        icon: Layers,
        isFound: true,
      },
      run: () => router.go(`/adapters/${id}`),
    })),
  ];
}

function chatFinds({ i18n, router }: StudioWindow, { chats, messages }: Findable): Find[] {
  const t = i18n.words(paletteWords);
  return [
    ...(chats ?? []).map(({ id, title, excerpt }): Find => ({
      ...{
        id: `chat:${id}`,
        group: 'chats',
        label: title === '' ? t.untitledChat : title,
        note: excerpt,
        icon: MessageSquare,
      },
      run: () => router.go(`/chat/${id}`),
    })),
    ...(messages ?? []).map(({ chatId, chatTitle, turnId, excerpt }): Find => ({
      ...{ id: `message:${turnId}`, group: 'messages', icon: Quote, isFound: true },
      // The search marks what it found with control characters.
      label: excerpt.replaceAll(/[\u0001\u0002]/g, ''),
      note: chatTitle === '' ? t.untitledChat : chatTitle,
      run: () => router.go(`/chat/${chatId}?at=${turnId}`),
    })),
  ];
}
