/** The suites of `npm run interop`, in the order in which they run. */
import { exportsSuite } from './exports/suite.ts';
import type { Suite } from './Suite.ts';
import { templatesSuite } from './templates/suite.ts';
import { tokensSuite } from './tokens/suite.ts';

export const suites: readonly Suite[] = [exportsSuite, tokensSuite, templatesSuite];
