/** What a runtime that Graft can install is made of: Python wheels through pip, or npm packages through npm. */
import type { RuntimePurpose } from '../contract/machine.ts';
import type { Said } from '../contract/words/words.ts';

export interface PinnedWheel {
  readonly requirement: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes?: number;
  /** pip's platform tags that this wheel carries. */
  readonly platforms: readonly string[];
  /** The entries to unpack. */
  readonly pattern: RegExp;
}

export interface WheelContents {
  readonly kind: 'wheels';
  readonly pythonVersion: string;
  readonly wheels: readonly PinnedWheel[];
}

/** One package of an npm lock file (`lockfileVersion` 3), under its folder such as `node_modules/chalk`. */
export interface LockedPackage {
  readonly version: string;
  /** As npm checks it; where there is none, npm takes the registry's own. */
  readonly integrity?: string;
  readonly optional?: boolean;
}

export interface NpmContents {
  readonly kind: 'npm';
  /** What is asked for, exactly; the lock holds what these need in turn. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** null: of a version that Graft has no lock for, and that the person asked for. */
  readonly lock: Readonly<Record<string, LockedPackage>> | null;
  /** Files that nothing reads when it runs. */
  readonly unneeded: RegExp;
}

export interface RuntimePackage {
  readonly id: string;
  /** For people. */
  readonly title: string | Said;
  readonly purpose: RuntimePurpose;
  readonly version: string;
  /** `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly experimental: boolean;
  /** About. */
  readonly downloadBytes: number;
  /** Of the files on disk, about; for the check of free space. */
  readonly unpackedBytes: number;
  readonly contents: WheelContents | NpmContents;
  /** Beginnings of paths, each of which some file must have: what cannot be missing. */
  readonly required: readonly string[];
  /** Completes "use …", where there is no package for a platform. */
  readonly otherwise: string | Said;
}
