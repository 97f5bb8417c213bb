/**
 * Properties tried on generated values. The values are the same in every run, so that a suite passes or fails by what
 * it tests alone; `GRAFT_SEED=random` (or a number) tries others, and a failure names the seed that repeats it.
 */
import fc from 'fast-check';

const asked = process.env.GRAFT_SEED;
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20_261_130) });

export { fc };
