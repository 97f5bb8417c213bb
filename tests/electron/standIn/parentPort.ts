/**
 * Loaded before a program, makes its process look like an Electron utility process: a parent port in place of fork's
 * IPC.
 */
import { EventEmitter } from 'node:events';

const send = process.send?.bind(process);
const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown): void => void send?.(message) });
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.once('disconnect', () => process.exit(0)); // as Chromium ends what it has started
Object.assign(process, { parentPort: port, send: undefined });
