/** Starts a window: finds out what carries the contract, and mounts the studio on it. */
import { mount } from 'svelte';
import type { ShellBridge } from '../main/contract/shell.ts';
import App from './App.svelte';
import { browserPlatform } from './lib/browserPlatform.ts';
import { Connection } from './lib/Connection.svelte.ts';
import { electronPlatform } from './lib/electronPlatform.ts';
import { messagePortWire } from './lib/messagePortWire.ts';
import { openWebSocketWire } from './lib/webSocketWire.ts';
import { loadAllScreens } from './screens/registry.ts';
import { makeStudioWindow } from './state/studio.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

/** Put there by the preload script of the Electron shell. */
const { graftShell } = window as { readonly graftShell?: ShellBridge };

const connection = new Connection(graftShell === undefined ? openWebSocketWire : messagePortWire(graftShell));
const platform = graftShell === undefined ? browserPlatform : electronPlatform(graftShell);
const studio = makeStudioWindow({ api: connection.api, platform });
graftShell?.onNavigate((address) => studio.router.go(address));
void loadAllScreens();
mount(App, { target, props: { connection, studio } });
