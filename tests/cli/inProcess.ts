/** openCli.ts for tests that want answers alone: what a command refuses is thrown. */
import { GraftError } from '../../main/contract/errors.ts';
import { openCli } from './openCli.ts';

export interface InProcessCli {
  /** The answer of a command with --json; throws its GraftError. */
  run(...args: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export function inProcessCli(home: string): InProcessCli {
  const cli = openCli({ home });
  return {
    async run(...args) {
      const { status, json, error } = await cli.run(...args);
      if (status === 0) return json();
      const { code, message, ...data } = error();
      throw GraftError.fromJson({ code: code as GraftError['code'], message, data });
    },
    close: async () => cli.close(),
  };
}
