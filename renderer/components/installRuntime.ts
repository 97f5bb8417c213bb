/** Installs a runtime; where the registry has not its version for this machine, the newest that is there is offered. */
import type { Runtime } from '../../main/contract/machine.ts';
import { settingsWords } from '../i18n/settings.ts';
import { messageOf } from '../lib/describeError.ts';
import { fromWire } from '../lib/wireErrors.ts';
import type { StudioWindow } from '../state/studio.ts';

type Surroundings = Pick<StudioWindow, 'api' | 'tasks' | 'confirmations' | 'i18n'>;

/** undefined: the person wanted no other version. Throws what the installation throws. */
export async function installRuntime(
  { api, tasks, confirmations, i18n }: Surroundings,
  id: string,
): Promise<Runtime | undefined> {
  try {
    return await tasks.run(api.runtimes.install({ id }));
  } catch (thrown) {
    const error = fromWire(thrown);
    const { newest } = error.data;
    if (typeof newest !== 'string') throw thrown;
    const t = i18n.words(settingsWords);
    const answers = [{ id: 'take', label: t.takeVersion(newest), kind: 'go' as const }];
    const text = `${messageOf(error, i18n)} ${t.otherVersionText}`;
    if ((await confirmations.ask({ title: t.otherVersionTitle(newest), text, answers })) !== 'take') return undefined;
    return tasks.run(api.runtimes.install({ id, version: newest }));
  }
}
