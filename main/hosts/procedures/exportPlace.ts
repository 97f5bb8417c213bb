/** Where an export goes: a folder where a path is named; one .tar.gz for a download, or where the path says so. */
import type { FileTarget } from '../../contract/procedures/procedure.ts';
import { plainFileName } from '../../studio/plainFileName.ts';
import type { HostContext } from './HostContext.ts';

/** `fileName`: what the person will know it by. */
export function exportPlace(
  { files }: Pick<HostContext, 'files'>,
  { name, to, target }: { readonly name: string; readonly to: string; readonly target: FileTarget },
) {
  const isDownload = 'download' in target;
  const asFile = isDownload || /\.(tar\.gz|tgz)$/i.test(target.path);
  const usualName = `${plainFileName(name)}-${to}${asFile ? '.tar.gz' : ''}`;
  const place = files.targetFor(target, usualName);
  return { place, asFile, fileName: isDownload ? usualName : place.path };
}
