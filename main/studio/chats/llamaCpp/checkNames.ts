/** What people call that which a check was of. */
import type { Adapter } from '../../../contract/entities.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import type { Said } from '../../../contract/words/words.ts';
import { methodSpecs } from '../../../methods/registry.ts';
import type { AdapterContents } from '../../adapters/AdapterContents.ts';
import { adapterKey, methodKey } from './engineRecords.ts';

const shownOfHash = 8;

/** Of these keys; adapters by what they hold now, so that one that was changed since is another. */
export async function checkNames(
  keys: readonly string[],
  adapters: readonly Adapter[],
  contents: Pick<AdapterContents, 'hash'>,
): Promise<Readonly<Record<string, string | Said>>> {
  const prefix = adapterKey('');
  const names = new Map<string, string | Said>([['base', words.theBase()]]);
  for (const { id, title } of Object.values(methodSpecs)) names.set(methodKey(id), words.theMethod({ method: title }));
  for (const key of keys.filter((each) => each.startsWith(prefix)))
    names.set(key, words.goneAdapter({ hash: key.slice(prefix.length, prefix.length + shownOfHash) }));
  for (const adapter of keys.some((key) => key.startsWith(prefix)) ? adapters : []) {
    const hash = await contents.hash(adapter).catch(() => undefined); // its files are gone: so is its check's name
    if (hash !== undefined) names.set(adapterKey(hash), words.theAdapter({ adapter: adapter.name }));
  }
  return Object.fromEntries(keys.map((key) => [key, names.get(key) ?? key]));
}
