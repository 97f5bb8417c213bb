/** Starts a window: finds out what carries the contract, and mounts the studio on it. */
import { mount } from 'svelte';
import App from './App.svelte';
import { Connection } from './lib/Connection.svelte.ts';
import { browserPlatform } from './lib/browserPlatform.ts';
import { openWebSocketWire } from './lib/webSocketWire.ts';
import { makeStudioWindow } from './state/studio.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const connection = new Connection(openWebSocketWire);
mount(App, { target, props: { connection, studio: makeStudioWindow({ api: connection.api, platform: browserPlatform }) } });
