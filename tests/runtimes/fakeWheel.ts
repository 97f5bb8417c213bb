/**
 * Tiny wheels that pip takes for real ones. Zip archives are written by hand, so that damaged and hostile ones can be
 * made too: stored entries, one after the other, then the central directory.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { PinnedWheel, RuntimePackage } from '../../main/runtimes/runtimePackage.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** Unix mode with file type; a plain file unless given. */
  readonly mode?: number;
}

export const plainFile = 0o100_644;
export const executableFile = 0o100_755;
export const symbolicLink = 0o120_777;

export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data, mode = plainFile } of entries) {
    const nameBytes = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26); // from "version needed" to "extra length", the same in both headers
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2); // names are UTF-8
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, data]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((mode << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, attributes, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const libraries: readonly ZipEntry[] = [
  { name: 'tensorflow/libtensorflow_cc.so.2', data: Buffer.alloc(300_000, 'cc') },
  { name: 'tensorflow/libtensorflow_framework.so.2', data: Buffer.from('framework') },
  { name: 'tensorflow/not_wanted.py', data: Buffer.from('pass') },
];

export interface FakeWheel {
  readonly path: string;
  readonly dir: string;
  readonly wheel: PinnedWheel;
  readonly runtimePackage: RuntimePackage;
}

export function withWheels(runtimePackage: RuntimePackage, wheels: readonly PinnedWheel[]): RuntimePackage {
  return { ...runtimePackage, contents: { kind: 'wheels', pythonVersion: '3.11', wheels } };
}

/**
 * Writes a wheel called `graft-fake-runtime` 1.0 into a fresh folder; its package describes it as the catalogue would.
 */
export function makeFakeWheel(entries: readonly ZipEntry[] = libraries): FakeWheel {
  const dir = temporaryDir();
  const fileName = 'graft_fake_runtime-1.0-py3-none-any.whl';
  const info = 'graft_fake_runtime-1.0.dist-info';
  const bytes = zipBytes([
    ...entries,
    { name: `${info}/METADATA`, data: Buffer.from('Metadata-Version: 2.1\nName: graft-fake-runtime\nVersion: 1.0\n') },
    {
      name: `${info}/WHEEL`,
      data: Buffer.from('Wheel-Version: 1.0\nGenerator: graft\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    },
    { name: `${info}/RECORD`, data: Buffer.from('') },
  ]);
  const path = join(dir, fileName);
  writeFileSync(path, bytes);
  const wheel: PinnedWheel = {
    requirement: 'graft-fake-runtime==1.0',
    fileName,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    platforms: [],
    pattern: /^tensorflow\/libtensorflow_\w+\.so\.2$/,
  };
  const runtimePackage: RuntimePackage = {
    id: 'fake',
    title: 'Fake',
    purpose: 'tensors',
    version: '1.0',
    platform: 'any',
    experimental: false,
    downloadBytes: 300_000,
    unpackedBytes: 400_000,
    contents: { kind: 'wheels', pythonVersion: '3.11', wheels: [wheel] },
    required: ['tensorflow/libtensorflow_cc.', 'tensorflow/libtensorflow_framework.'],
    otherwise: 'nothing',
  };
  return { path, dir, wheel, runtimePackage };
}
