/** A command in small: on Ctrl-C it needs a moment to save. Prints what happens to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupt } from '../../main/cli/interrupt.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const stayAlive = setInterval(() => undefined, 1_000);
const interrupt = new Interrupt({ note: say } as unknown as ConstructorParameters<typeof Interrupt>[0]);

interrupt.signal.addEventListener('abort', () => {
  void sleep(Number(process.argv[2])).then(() => {
    say('saved');
    clearInterval(stayAlive);
    interrupt.dispose();
  });
});
say('ready');
