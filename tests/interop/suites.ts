/** The suites of `npm run interop`, in the order in which they run. */
import { exportsSuite } from './exports/suite.ts';
import type { Suite } from './Suite.ts';

export const suites: readonly Suite[] = [exportsSuite];
