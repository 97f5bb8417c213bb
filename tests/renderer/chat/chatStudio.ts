/** A window whose studio answers only the calls a test gives; every other call fails the test that makes it. */
import type { Api } from '../../../renderer/lib/api.ts';
import type { Platform } from '../../../renderer/lib/platform.ts';
import { type StudioWindow, makeStudioWindow } from '../../../renderer/state/studio.ts';

/** Some domains with some of their calls. */
export type GivenCalls = { readonly [Domain in keyof Api]?: Partial<Api[Domain]> };

export function chatStudio(calls: GivenCalls = {}): StudioWindow & { readonly copied: string[] } {
  const copied: string[] = [];
  const platform = { kind: 'browser', copy: async (text: string) => void copied.push(text), saveText: async () => undefined };
  return { ...makeStudioWindow({ api: fakeApi(calls), platform: platform as unknown as Platform }), copied };
}

export function fakeApi(calls: GivenCalls): Api {
  const domain = (name: string): unknown =>
    new Proxy((calls as Readonly<Record<string, object | undefined>>)[name] ?? {}, {
      get: (given, call) =>
        Reflect.get(given, call) ??
        (async () => {
          throw new Error(`${name}.${String(call)} was not expected`);
        }),
    });
  return new Proxy({}, { get: (_, name) => domain(String(name)) }) as Api;
}
