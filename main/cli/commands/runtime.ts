/** `runtime install|list|decline|remove`: TensorFlow and llama.cpp in the user's cache folder. */
import type { Command } from 'commander';
import { GraftError } from '../../contract/errors.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';
import { bytes, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';

export function addRuntimeCommands(program: Command, session: CommandSession): void {
  const runtime = group(program, 'runtime', 'TensorFlow and llama.cpp: install, list, remove');

  leaf(runtime, session, {
    syntax: 'install <id>',
    summary: 'Install tensorflow-cpu, tensorflow-cuda or llama.cpp',
    example: 'runtime install tensorflow-cpu',
  })
    .option('--wheel <file>', 'of TensorFlow: a wheel file that is here already, instead of pip')
    .option('--version <version>', 'of llama.cpp: another than the one that Graft has the checksums of')
    .action(async (id: string, { wheel, version }: { readonly wheel?: string; readonly version?: string }) => {
      const { runtimes } = await session.studio();
      const chosen = {
        ...(wheel !== undefined && { wheel: session.path(wheel) }),
        ...(version !== undefined && { version }),
      };
      const installed = await session.working((options) => runtimes.install(id, { ...options, ...chosen }));
      session.result(
        installed,
        () => `${installed.id} ${installed.version} is in ${installed.dir} (${bytes(installed.sizeBytes)}).`,
      );
    });

  leaf(runtime, session, { syntax: 'list', summary: 'List what is installed', example: 'runtime list --json' }).action(
    async () => {
      const list = await (await session.studio()).runtimes.list();
      session.result(list, () => {
        if (list.length === 0)
          return 'No runtime is installed. `runtime install tensorflow-cpu` installs one; without it Graft uses wasm.';
        const rows = list.map(({ id, version, sizeBytes, verified, dir }) => [
          id,
          version,
          bytes(sizeBytes),
          verified ? 'complete' : 'damaged',
          dir,
        ]);
        return table(['runtime', 'version', '>size', 'state', 'folder'], rows);
      });
    },
  );

  leaf(runtime, session, {
    syntax: 'decline <id>',
    summary: 'Put away the offer of llama.cpp in chats; `runtime install llama.cpp` still brings it',
    example: 'runtime decline llama.cpp',
  })
    .option('--undo', 'offer it again')
    .action(async (id: string, { undo = false }: { readonly undo?: boolean }) => {
      if (id !== 'llama.cpp')
        throw new GraftError('usage', commandLineWords.nothingOffered({ id }), {
          field: 'id',
          remedy: commandLineWords.declineLlamaCpp(),
        });
      const { preferences } = await session.studio();
      preferences.update({ llamaCppDeclined: !undo });
      session.result({ id, declined: !undo }, () =>
        undo ? 'Chats offer llama.cpp again.' : 'Chats offer llama.cpp no more.',
      );
    });

  leaf(runtime, session, {
    syntax: 'remove <id>',
    summary: 'Remove a runtime',
    example: 'runtime remove tensorflow-cpu',
  }).action(async (id: string) => {
    await (await session.studio()).runtimes.remove(id);
    session.result({ id, removed: true }, () => `${id} is removed.`);
  });
}
