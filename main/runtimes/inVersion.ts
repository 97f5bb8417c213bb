/** A runtime in a version that the person chose, where its own is not to be had. */
import { GraftError } from '../contract/errors.ts';
import { packageVersionWords } from '../contract/words/packageVersions.ts';
import type { RuntimePackage } from './runtimePackage.ts';

/**
 * Not locked: npm takes what its registry has. Throws GraftError `usage` for what comes in wheels, and for no version.
 */
export function inVersion(runtime: RuntimePackage, version: string | undefined): RuntimePackage {
  if (version === undefined || version === runtime.version) return runtime;
  const { contents, title } = runtime;
  if (contents.kind !== 'npm') {
    const remedy = packageVersionWords.leaveOut();
    throw new GraftError('usage', packageVersionWords.ofWheels({ title }), { field: '--version', remedy });
  }
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    const remedy = packageVersionWords.likeThis();
    throw new GraftError('usage', packageVersionWords.noVersion({ version }), { field: '--version', remedy });
  }
  // Those that go by a version of their own stay.
  const dependencies = Object.fromEntries(
    Object.entries(contents.dependencies).map(([name, own]) => [name, own === runtime.version ? version : own]),
  );
  return { ...runtime, version, contents: { ...contents, dependencies, lock: null } };
}
