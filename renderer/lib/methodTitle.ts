/** What a method is called. One that this build does not know keeps its id. */
import { methodSpecs } from '../../main/methods/registry.ts';

export function methodTitle(id: string): string {
  return (Object.hasOwn(methodSpecs, id) ? methodSpecs[id]?.title : undefined) ?? id;
}
