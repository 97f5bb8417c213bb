/**
 * What changed, so that every window reads it again. A topic is the name of a domain of procedures. Writes of other
 * processes (the command line) announce every topic, because SQLite tells only that something was written.
 */
export const changeTopics = [
  'projects',
  'models',
  'datasets',
  'runs',
  'adapters',
  'chats',
  'tasks',
  'preferences',
  'runtimes',
  'disk',
  'server',
] as const;
export type ChangeTopic = (typeof changeTopics)[number];

export interface Change {
  readonly topics: readonly ChangeTopic[];
}
