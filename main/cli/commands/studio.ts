/**
 * `studio`: the screens in a browser, until Ctrl-C. What `npm start` alone does. A second one on the same data folder
 * opens a window of the first and ends.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { GraftError } from '../../contract/errors.ts';
import type { RunningHost } from '../../hosts/browserHost/runningHost.ts';
import { fields } from '../format.ts';
import { leaf } from '../leaf.ts';
import { hasDisplay, openBrowser } from '../openBrowser.ts';
import { parsePort } from '../parsePort.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';
import { englishOf, type Said } from '../../contract/words/words.ts';

interface StudioFlags {
  readonly port?: number;
  readonly open: boolean;
  /** Models for llama.cpp, while the tensors answer. */
  readonly prepare: boolean;
}

const rendererDir = join(import.meta.dirname, '..', '..', '..', 'dist', 'renderer');
/** As long as the start of a studio whose database is migrated may take. */
const otherStartTimeoutMs = 120_000;

export function addStudioCommand(program: Command, session: CommandSession): void {
  leaf(program, session, {
    syntax: 'studio',
    summary: 'Open the studio in the browser (what npm start alone does)',
    example: 'studio --port 8080 --no-open',
  })
    .option('--port <number>', 'port on 127.0.0.1 (otherwise the last one if it is free, or any)', parsePort)
    .option('--no-open', 'only print the address')
    .option('--no-prepare', 'convert and check no models for llama.cpp in the background')
    .action(async (flags: StudioFlags) => runStudio(session, flags));
}

async function runStudio(session: CommandSession, flags: StudioFlags): Promise<void> {
  const { resolveHome } = await import('../../studio/dataFolder/dataFolder.ts');
  const { findRunningHost, waitForRunningHost } = await import('../../hosts/browserHost/runningHost.ts');
  const home = resolveHome({ home: session.home, env: session.surroundings.env });
  const running = await findRunningHost(home);
  if (running !== undefined) return show(session, flags, { host: running, home, isOther: true });
  const { startBrowserHost } = await import('../../hosts/browserHost/BrowserHost.ts');
  const onNotice = (notice: string | Said): void => session.terminal.note(session.terminal.dim(englishOf(notice)));
  const host = await startBrowserHost({
    studio: { home, takes: 'all', preparesInBackground: flags.prepare, onNotice },
    rendererDir,
    port: flags.port,
  });
  if (host === undefined) {
    const other = await waitForRunningHost(home, otherStartTimeoutMs);
    if (other === undefined) throw stuckHost(home);
    return show(session, flags, { host: other, home, isOther: true });
  }
  try {
    host.notices.forEach(onNotice);
    await show(session, flags, { host: host.running, home: host.dataFolder, isOther: false });
    await session.interrupt.ended();
  } finally {
    await host.close();
  }
}

interface Shown {
  readonly host: RunningHost;
  readonly home: string;
  /** True for a host of another process, which goes on when this command ends. */
  readonly isOther: boolean;
}

async function show(session: CommandSession, { open }: StudioFlags, { host, home, isOther }: Shown): Promise<void> {
  const { addressOf, openingAddressOf } = await import('../../hosts/browserHost/runningHost.ts');
  const address = addressOf(host);
  session.result({ address, home, running: isOther }, () => {
    const found = fields([
      ['address', address],
      ['data folder', home],
    ]);
    return isOther
      ? ['Graft is running already with this data folder.', ...found]
      : [...found, '', 'Ctrl-C ends Graft.'];
  });
  if (open) await openOrSay(session, openingAddressOf(host));
}

async function openOrSay({ terminal, surroundings }: CommandSession, address: string): Promise<void> {
  if (!hasDisplay(surroundings.env))
    terminal.note(terminal.dim('There is no display here: open the address in a browser on this machine.'));
  else if (!(await openBrowser(address))) terminal.note('The browser could not be started: open the address yourself.');
}

function stuckHost(home: string): GraftError {
  return new GraftError('conflict', commandLineWords.anotherHolds(), {
    file: home,
    remedy: commandLineWords.endIt(),
  });
}
