/** Procedures of the domain `chats`: inputs are parsed, the services do the work. */
import { notYet, os } from './implementer.ts';

export const chats = {
  list: os.chats.list.handler(() => notYet('chats.list')),
  search: os.chats.search.handler(() => notYet('chats.search')),
  get: os.chats.get.handler(() => notYet('chats.get')),
  create: os.chats.create.handler(() => notYet('chats.create')),
  update: os.chats.update.handler(() => notYet('chats.update')),
  remove: os.chats.remove.handler(() => notYet('chats.remove')),
  restore: os.chats.restore.handler(() => notYet('chats.restore')),
  send: os.chats.send.handler(() => notYet('chats.send')),
  regenerate: os.chats.regenerate.handler(() => notYet('chats.regenerate')),
  watch: os.chats.watch.handler(() => notYet('chats.watch')),
  stop: os.chats.stop.handler(() => notYet('chats.stop')),
  vote: os.chats.vote.handler(() => notYet('chats.vote')),
  tally: os.chats.tally.handler(() => notYet('chats.tally')),
  export: os.chats.export.handler(() => notYet('chats.export')),
  warmUp: os.chats.warmUp.handler(() => notYet('chats.warmUp')),
  engine: os.chats.engine.handler(() => notYet('chats.engine')),
  unload: os.chats.unload.handler(() => notYet('chats.unload')),
  turn: os.chats.turn.handler(() => notYet('chats.turn')),
};
