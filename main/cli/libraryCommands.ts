/** What can be done with anything of the library, alike for each kind: rename it, remove it, bring it back. */
import type { Command } from 'commander';
import type { Studio } from '../contract/services.ts';
import { leaf } from './leaf.ts';
import type { CommandSession } from './session.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the studio can do with one kind. */
interface Shelf<Entity extends Named> {
  get(idOrName: string): Named;
  rename(idOrName: string, name: string): Entity;
  remove(id: string): unknown;
  restore(idOrName: string): Entity | Promise<Entity>;
}

export interface LibraryKind<Entity extends Named> {
  readonly noun: string;
  readonly article?: string;
  /** For the examples: a name, and another. */
  readonly names: readonly [string, string];
  readonly stays?: string;
  readonly shelf: (studio: Studio) => Shelf<Entity>;
  readonly json: (entity: Entity, studio: Studio) => unknown;
}

export function addRename<Entity extends Named>(
  parent: Command,
  session: CommandSession,
  { noun, article = 'a', names, shelf, json }: LibraryKind<Entity>,
): void {
  leaf(parent, session, {
    syntax: `rename <${noun}> <name>`,
    summary: `Give ${article} ${noun} another name`,
    example: `${noun} rename ${names.join(' ')}`,
  }).action(async (idOrName: string, name: string) => {
    const studio = await session.studio();
    const renamed = shelf(studio).rename(idOrName, name);
    session.result(json(renamed, studio), () => `${renamed.id} is now called ${renamed.name}.`);
  });
}

export function addTrash<Entity extends Named>(
  parent: Command,
  session: CommandSession,
  { noun, article = 'a', names, stays = '', shelf, json }: LibraryKind<Entity>,
): void {
  leaf(parent, session, {
    syntax: `remove <${noun}>`,
    summary: `Move ${article} ${noun} to the trash${stays}`,
    example: `${noun} remove ${names[0]}`,
  }).action(async (idOrName: string) => {
    const those = shelf(await session.studio());
    const { id, name } = those.get(idOrName);
    await those.remove(id);
    session.result(
      { id, name, removed: true },
      () => `${name} (${id}) is in the trash; \`${noun} restore ${id}\` brings it back.`,
    );
  });

  leaf(parent, session, {
    syntax: `restore <${noun}>`,
    summary: `Bring ${article} ${noun} back from the trash`,
    example: `${noun} restore ${names[0]}`,
  }).action(async (idOrName: string) => {
    const studio = await session.studio();
    const restored = await shelf(studio).restore(idOrName);
    session.result(json(restored, studio), () => `${restored.name} (${restored.id}) is back.`);
  });
}
