/**
 * A port on 127.0.0.1: the one that was asked for, or none at all; else the last one, so that old addresses hold; else
 * any.
 */
import type { Server } from 'node:http';
import { GraftError } from '../../contract/errors.ts';
import { hostWords } from '../../contract/words/hosts.ts';

export interface PortWish {
  readonly asked?: number | undefined;
  readonly last?: number | undefined;
}

/** Returns the port. Throws GraftError('conflict') when the asked one cannot be had. */
export async function listen(server: Server, { asked, last }: PortWish): Promise<number> {
  if (asked !== undefined) {
    if (await tryListen(server, asked)) return asked;
    throw new GraftError('conflict', hostWords.portTaken({ asked }), { field: 'port', remedy: hostWords.otherPort() });
  }
  if (last !== undefined && (await tryListen(server, last))) return last;
  await tryListen(server, 0);
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address.port;
  throw new GraftError('internal', hostWords.noPort());
}

/** False where another program has the port, or the system keeps it. */
async function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve(true);
    };
    server.once('error', onError).once('listening', onListening);
    server.listen(port, '127.0.0.1');
  });
}
