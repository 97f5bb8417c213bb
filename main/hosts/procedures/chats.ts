/** Procedures of the domain `chats`: the conversations do the work. */
import { forwarding } from './forwarding.ts';
import { os } from './implementer.ts';

export const chats = forwarding('chats', 'conversations', {
  watch: os.chats.watch.handler(({ context, input, signal }) =>
    context.studio.conversations.watch(input.turnId, input.offset, signal),
  ),
  llamaCpp: os.chats.llamaCpp.handler(({ context, input }) => context.studio.llamaCpp.report(input)),
  prepareLlamaCpp: os.chats.prepareLlamaCpp.handler(({ context, input }) => context.studio.llamaCpp.prepare(input)),
  warmUp: os.chats.warmUp.handler(({ context, input }) =>
    context.studio.conversations.warmUp(input.modelId, input.adapterIds),
  ),
});
