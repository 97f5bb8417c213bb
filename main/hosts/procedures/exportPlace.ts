/**
 * Where an export goes: a folder where a path is named; one file for a download, or where the path says so. A GGUF is
 * that file itself, everything else a .tar.gz.
 */
import { type ExportSpec, exportSuffix } from '../../contract/exports/exportSpec.ts';
import type { FileTarget } from '../../contract/procedures/procedure.ts';
import { plainFileName } from '../../studio/exports/plainFileName.ts';
import type { HostContext } from './HostContext.ts';

interface Asked {
  readonly name: string;
  readonly to: string;
  readonly spec: Pick<ExportSpec, 'singleFile'>;
  readonly options: Readonly<Record<string, unknown>> | undefined;
  readonly target: FileTarget;
}

/** `fileName`: what the person will know it by. */
export function exportPlace({ files }: Pick<HostContext, 'files'>, { name, to, spec, options, target }: Asked) {
  const { singleFile } = spec;
  const isDownload = 'download' in target;
  const asFile =
    isDownload ||
    /\.(tar\.gz|tgz)$/i.test(target.path) ||
    (singleFile !== undefined && target.path.endsWith(singleFile));
  const stored = typeof options?.['dtype'] === 'string' ? `-${options['dtype']}` : '';
  const ending = asFile ? (singleFile === undefined ? '.tar.gz' : `${stored}${singleFile}`) : '';
  const suffix = asFile ? exportSuffix(to, spec) : `-${to}`;
  const usualName = `${plainFileName(name)}${suffix}${ending}`;
  const place = files.targetFor(target, usualName);
  return { place, asFile, fileName: isDownload ? usualName : place.path };
}
