/** Every screen: its addresses and its file, loaded when first shown. A new screen is one file and one line. */
import type { Component } from 'svelte';
import { matchPath } from '../lib/Router.svelte.ts';

export type Parameters = Readonly<Record<string, string>>;

export type ScreenComponent = Component<{ parameters: Parameters }>;

export interface Screen {
  /** A part of the navigation that is marked while this screen shows. */
  readonly section: Section;
  readonly path: string;
  /** A screen whose address has no parameters takes none. */
  readonly load: () => Promise<{ readonly default: ScreenComponent | Component<Record<string, never>> }>;
}

export const sections = [
  'home',
  'datasets',
  'models',
  'train',
  'runs',
  'adapters',
  'chat',
  'classify',
  'settings',
] as const;
export type Section = (typeof sections)[number];

export const screens: readonly Screen[] = [
  { section: 'home', path: '/', load: async () => import('./home/HomeScreen.svelte') },
  { section: 'datasets', path: '/datasets', load: async () => import('./datasets/DatasetsScreen.svelte') },
  { section: 'datasets', path: '/datasets/:id', load: async () => import('./datasets/DatasetScreen.svelte') },
  { section: 'models', path: '/models', load: async () => import('./models/ModelsScreen.svelte') },
  { section: 'train', path: '/train', load: async () => import('./train/TrainScreen.svelte') },
  { section: 'train', path: '/methods', load: async () => import('./methods/MethodsScreen.svelte') },
  { section: 'runs', path: '/runs', load: async () => import('./runs/RunsScreen.svelte') },
  { section: 'runs', path: '/runs/:id', load: async () => import('./runs/RunScreen.svelte') },
  { section: 'adapters', path: '/adapters/:id?', load: async () => import('./adapters/AdaptersScreen.svelte') },
  { section: 'chat', path: '/chat/:id?', load: async () => import('./chat/ChatScreen.svelte') },
  { section: 'classify', path: '/classify', load: async () => import('./classify/ClassifyScreen.svelte') },
  { section: 'settings', path: '/settings/:page?', load: async () => import('./settings/SettingsScreen.svelte') },
];

export function findScreen(path: string): { readonly screen: Screen; readonly parameters: Parameters } | undefined {
  for (const screen of screens) {
    const parameters = matchPath(screen.path, path);
    if (parameters !== undefined) return { screen, parameters };
  }
  return undefined;
}

/**
 * Fetches the screens one after another once the window has nothing else to do, so that none makes its first visitor
 * wait.
 */
export async function loadAllScreens(): Promise<void> {
  for (const { load } of screens) {
    await idleMoment();
    await load().catch(() => undefined); // shown with its reason when somebody goes there
  }
}

/** Not every browser tells when it is idle. */
function idleMoment(): Promise<unknown> {
  return new Promise((resolve) =>
    'requestIdleCallback' in window ? requestIdleCallback(resolve) : setTimeout(resolve, 200),
  );
}
