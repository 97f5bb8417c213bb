/** A process that takes the cache lock named by its argument, says so, and holds it until it is killed. */
import { withCacheLock } from '../../main/runtimes/cacheLock.ts';

await withCacheLock(process.argv[2], async () => {
  process.stdout.write('locked\n');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
