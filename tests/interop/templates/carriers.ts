/**
 * Where chat templates of models come from: packages of PyPI that carry them for training. Their text stays in the
 * cache; none of it is part of Graft.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providePackage } from '../pythonEnvironment.ts';

export interface CarriedTemplate {
  /** `trl 1.16.0` */
  readonly from: string;
  /** The file's name without its ending: the family, as the package calls it. */
  readonly name: string;
  readonly template: string;
}

const carriers = [
  { requirement: 'trl==1.16.0', folder: join('trl', 'chat_templates') },
  { requirement: 'axolotl==0.19.0', folder: join('axolotl', 'utils', 'chat_templates', 'templates') },
] as const;

/** Fetches the packages once, without what they depend on. */
export function carriedTemplates(python: string, say: (line: string) => void): readonly CarriedTemplate[] {
  return carriers.flatMap(({ requirement, folder }) => {
    const dir = join(providePackage(python, requirement, say), folder);
    const files = readdirSync(dir).filter((file) => file.endsWith('.jinja'));
    return files.map((file) => ({
      from: requirement.replace('==', ' '),
      name: file.replace('.jinja', ''),
      template: readFileSync(join(dir, file), 'utf8'),
    }));
  });
}
