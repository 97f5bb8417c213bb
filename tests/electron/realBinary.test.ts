/** The shell in Electron itself, where there is one and a display to show it on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron as electron, type ElectronApplication } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { buildApp, buildRenderer } from '../../main/bootstrap/build.mjs';
import { findElectron, hasDisplay } from '../../main/bootstrap/electronApp.mjs';
import { describeWith } from '../support/requirements.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const root = join(import.meta.dirname, '..', '..');
const binary = findElectron(root);

function whyNot(): string | null {
  if (binary === undefined) return 'there is no Electron binary here: npm fetches it from outside the registry';
  return hasDisplay() ? null : 'there is no display to show a window on';
}

async function launch(dir: string): Promise<ElectronApplication> {
  await buildRenderer(root, process.execPath);
  await buildApp(root, process.execPath);
  const application = await electron.launch({
    ...(binary !== undefined && { executablePath: binary }),
    args: [root, '--home', join(dir, 'home')],
    env: { ...stringsOf(process.env), GRAFT_CACHE: join(dir, 'cache'), XDG_CONFIG_HOME: join(dir, 'config') },
  });
  onTestFinished(async () => application.close());
  return application;
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

describeWith({ reason: whyNot() }, 'the shell in Electron', () => {
  it('shows the first screen, connected, in a page that knows no Node', { timeout: 240_000 }, async () => {
    const dir = temporaryDir();
    const application = await launch(dir);
    const window = await application.firstWindow();
    const failures: string[] = [];
    window.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    await window.waitForSelector('main h1');
    expect(await window.title()).toContain('Graft');
    expect(window.url()).toMatch(/^app:\/\/graft\//);
    const globals = await window.evaluate(() =>
      ['require', 'process', 'module', 'graftShell'].filter((name) => name in globalThis),
    );
    expect(globals).toEqual(['graftShell']);
    expect(existsSync(join(dir, 'home', 'graft.db'))).toBe(true);
    await window.evaluate(() => {
      location.href = 'https://example.org/';
      open('file:///', '_blank', 'popup');
    });
    expect([window.url().startsWith('app://graft/'), application.windows().length]).toEqual([true, 1]);
    expect(failures).toEqual([]);
  });

  it(
    'is one: a second start brings the first to the front, on the screen that its link names',
    { timeout: 120_000 },
    async () => {
      const application = await launch(temporaryDir());
      const window = await application.firstWindow();
      await window.waitForSelector('main h1');
      await application.evaluate(({ app }) => app.emit('second-instance', {}, ['graft', 'graft://models']));
      await window.waitForURL('app://graft/models');
      expect(await window.evaluate(() => document.hasFocus())).toBe(true);
    },
  );
});
