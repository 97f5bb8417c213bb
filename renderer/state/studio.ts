/** What every component can reach: the connection and what is built on it. Made once a window, or by a test. */
import { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import type { ChangeTopic } from '../../main/contract/changes.ts';
import { I18n } from '../i18n/I18n.svelte.ts';
import { type Api, type Queries, makeQueries } from '../lib/api.ts';
import type { Platform } from '../lib/platform.ts';
import { Router } from '../lib/Router.svelte.ts';
import { Arrivals } from './Arrivals.svelte.ts';
import { Confirmations } from './Confirmations.svelte.ts';
import { FileIntake } from './FileIntake.svelte.ts';
import { Notifications } from './Notifications.svelte.ts';
import { PreferenceState } from './Preferences.svelte.ts';
import { TaskState } from './Tasks.svelte.ts';
import { ToastState } from './Toasts.svelte.ts';

export interface StudioWindow {
  readonly api: Api;
  readonly queries: Queries;
  readonly queryClient: QueryClient;
  readonly platform: Platform;
  readonly router: Router;
  readonly i18n: I18n;
  readonly preferences: PreferenceState;
  readonly notifications: Notifications;
  readonly tasks: TaskState;
  readonly toasts: ToastState;
  readonly confirmations: Confirmations;
  /** Files on their way to the studio, whoever asked for them. */
  readonly intake: FileIntake;
  readonly arrivals: Arrivals;
  /** Reads again what these topics hold. */
  readonly refresh: (topics: readonly ChangeTopic[]) => void;
}

export const [useStudio, provideStudio] = createContext<StudioWindow>();

export function makeStudioWindow({ api, platform }: { readonly api: Api; readonly platform: Platform }): StudioWindow {
  // The change feed says when to read again; nothing gets stale by itself.
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        ...{ staleTime: Infinity, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false },
        // By default only changes of what was read before are told, and what is read later for the first time is old.
        notifyOnChangeProps: 'all',
      },
    },
  });
  const queries = makeQueries(api);
  const preferences = new PreferenceState(api);
  const notifications = new Notifications(platform, preferences);
  const tasks = new TaskState(api);
  const refresh = (topics: readonly ChangeTopic[]): void => {
    if (topics.includes('preferences')) void preferences.load();
    if (topics.includes('tasks')) void tasks.load();
    for (const topic of topics) void queryClient.invalidateQueries({ queryKey: queries[topic].key() });
  };
  return {
    ...{ api, queries, queryClient, platform, preferences, notifications, tasks, refresh },
    ...{ router: new Router(), i18n: new I18n(), toasts: new ToastState(), confirmations: new Confirmations() },
    ...{ intake: new FileIntake(), arrivals: new Arrivals() },
  };
}
