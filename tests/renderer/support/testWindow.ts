/** A window over an api that answers only what a test gives; every other call fails the test that makes it. */
import type { Component } from 'svelte';
import { render } from '@testing-library/svelte';
import type { FileTarget, WrittenFile } from '../../../main/contract/procedures/procedure.ts';
import { defaultPreferences, type Preferences } from '../../../main/contract/preferences.ts';
import type { Api } from '../../../renderer/lib/api.ts';
import type { Platform } from '../../../renderer/lib/platform.ts';
import { type StudioWindow, makeStudioWindow } from '../../../renderer/state/studio.ts';
import StudioFrame from './StudioFrame.svelte';

/** Some domains with some of their calls. */
export type GivenCalls = {
  readonly [Domain in keyof Api]?: { readonly [Call in keyof Api[Domain]]?: (input: never) => unknown };
};

export interface TestWindow {
  readonly studio: StudioWindow;
  /** `domain.call` with its input, in the order of the calls. */
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly copied: readonly string[];
  readonly delivered: readonly WrittenFile[];
  /** Inputs of all calls of this name. */
  inputsOf(name: string): readonly unknown[];
}

/** Calls of the frame that every test has: preferences that are kept, and no tasks. */
function frameCalls(): GivenCalls {
  let kept: Preferences = defaultPreferences;
  return {
    preferences: { get: () => kept, update: (changes: Partial<Preferences>) => (kept = { ...kept, ...changes }) },
    tasks: { list: () => [] },
  };
}

export function testWindow(given: GivenCalls = {}): TestWindow {
  history.replaceState(null, '', '/');
  const calls: { name: string; input: unknown }[] = [];
  const copied: string[] = [];
  const delivered: WrittenFile[] = [];
  const table = { ...frameCalls(), ...given } as unknown as Readonly<
    Record<string, Readonly<Record<string, ((input: unknown) => unknown) | undefined>>>
  >;
  const domain = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_, call) => async (input: unknown) => {
          const answer = table[name]?.[String(call)];
          if (answer === undefined) throw new Error(`${name}.${String(call)} was not expected`);
          calls.push({ name: `${name}.${String(call)}`, input });
          return answer(input);
        },
      },
    );
  const platform = {
    kind: 'browser',
    copy: async (text: string) => void copied.push(text),
    deliver: (written: WrittenFile) => void delivered.push(written),
    watchNotifications: () => () => undefined,
    askForNotifications: async () => 'granted',
    saveTarget: async (): Promise<FileTarget> => ({ download: true }),
  } as unknown as Platform;
  const api = new Proxy({}, { get: (_, name) => domain(String(name)) }) as Api;
  const inputsOf = (name: string): unknown[] => calls.filter((call) => call.name === name).map(({ input }) => input);
  return { studio: makeStudioWindow({ api, platform }), calls, copied, delivered, inputsOf };
}

/** Shows a component as a window does, with questions and messages. */
export function show<Props extends object>(
  { studio }: TestWindow,
  shown: Component<Props>,
  properties: NoInfer<Props>,
): ReturnType<typeof render> {
  return render(StudioFrame, { studio, shown, properties });
}

/** Nothing is ever resized. */
class SilentObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** jsdom lays nothing out: every element is as high as a window, so that long lists draw their first rows. */
export function pretendLayout(): void {
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, get: () => 720 });
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, get: () => 1000 });
  globalThis.ResizeObserver ??= SilentObserver;
  HTMLElement.prototype.scrollTo = () => undefined;
  HTMLElement.prototype.scrollIntoView = () => undefined;
}
