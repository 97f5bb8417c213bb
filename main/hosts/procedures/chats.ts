/** Procedures of the domain `chats`: inputs are parsed, the services do the work. */
import { os } from './implementer.ts';

export const chats = {
  list: os.chats.list.handler(({ context, input }) => context.studio.conversations.list(input)),
  search: os.chats.search.handler(({ context, input }) => context.studio.conversations.search(input.text)),
  get: os.chats.get.handler(({ context, input }) => context.studio.conversations.get(input.id)),
  create: os.chats.create.handler(({ context, input }) => context.studio.conversations.create(input)),
  update: os.chats.update.handler(({ context, input: { id, ...changes } }) =>
    context.studio.conversations.update(id, changes),
  ),
  remove: os.chats.remove.handler(({ context, input }) => {
    context.studio.conversations.remove(input.id);
    return null;
  }),
  restore: os.chats.restore.handler(({ context, input }) => context.studio.conversations.restore(input.id)),
  send: os.chats.send.handler(({ context, input }) => context.studio.conversations.send(input)),
  regenerate: os.chats.regenerate.handler(({ context, input }) => context.studio.conversations.regenerate(input)),
  watch: os.chats.watch.handler(({ context, input, signal }) =>
    context.studio.conversations.watch(input.turnId, input.offset, signal),
  ),
  stop: os.chats.stop.handler(({ context, input }) => {
    context.studio.conversations.stop(input.turnIds);
    return null;
  }),
  vote: os.chats.vote.handler(({ context, input }) => context.studio.conversations.vote(input)),
  tally: os.chats.tally.handler(({ context }) => context.studio.conversations.tally()),
  export: os.chats.export.handler(({ context, input: { id, ...options } }) =>
    context.studio.conversations.export(id, options),
  ),
  warmUp: os.chats.warmUp.handler(({ context, input }) =>
    context.studio.conversations.warmUp(input.modelId, input.adapterIds),
  ),
  engine: os.chats.engine.handler(({ context }) => context.studio.conversations.engine()),
  unload: os.chats.unload.handler(async ({ context }) => {
    await context.studio.conversations.unload();
    return null;
  }),
  turn: os.chats.turn.handler(({ context, input }) => context.studio.conversations.turn(input.turnId)),
};
