/** Procedures of the domain `server`: the switch belongs to the host, what was chosen to the studio's preferences. */
import { newSecret } from '../browserHost/session.ts';
import { os } from './implementer.ts';

export const server = {
  status: os.server.status.handler(({ context }) => context.server.status()),
  start: os.server.start.handler(async ({ context: { server: serverSwitch, studio }, input }) => {
    const { modelId, allAdapters, port, withKey, deterministic, pins, prefetch } = input;
    const apiKey = studio.preferences.get().server.apiKey || `graft-${newSecret()}`;
    studio.preferences.update({ server: { ...input, apiKey } });
    return serverSwitch.start({
      model: modelId,
      adapters: allAdapters ? 'all' : [],
      ...{ deterministic, pins, prefetch },
      apiKey: withKey ? apiKey : null,
      ...(port !== null && { port }),
    });
  }),
  stop: os.server.stop.handler(({ context }) => context.server.stop()),
};
