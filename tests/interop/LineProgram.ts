/** A program that answers one JSON request a line; one that dies answers with its last words, and is started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProgramCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Running {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  words: string;
}

export class LineProgram {
  /** For people: `PEFT 0.21.0`. */
  readonly name: string;
  readonly #program: ProgramCommand;
  #running: Running | undefined;

  constructor(name: string, program: ProgramCommand) {
    this.name = name;
    this.#program = program;
  }

  /** Throws what the program could not do. */
  async ask(request: object): Promise<object> {
    const running = (this.#running ??= this.#start());
    running.child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await running.lines.next();
    if (done === true) {
      this.#running = undefined;
      throw new Error(`${this.name} ended: ${running.words.trim().split('\n').slice(-3).join(' ')}`);
    }
    const answer = JSON.parse(value) as { readonly error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  stop(): void {
    this.#running?.child.stdin?.end();
    this.#running?.child.kill();
  }

  #start(): Running {
    const { command, args, env } = this.#program;
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const running: Running = {
      child,
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
      words: '',
    };
    child.stderr
      .setEncoding('utf8')
      .on('data', (piece: string) => (running.words = (running.words + piece).slice(-4_000)));
    child.on('error', (error) => (running.words += error.message));
    child.stdin.on('error', () => undefined); // it has died: the missing answer says so
    return running;
  }
}
