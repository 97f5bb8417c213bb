/** Where a browser host keeps its own things: in the data folder, for its owner alone. */
import { join } from 'node:path';
import { layoutOf } from '../../studio/dataFolder/dataFolder.ts';

export interface HostPlaces {
  /** Secret and port, kept between starts. */
  readonly sessionFile: string;
  /** Address and token while the host runs. */
  readonly runningFile: string;
  /** Held while the host runs; only studio/dataFolder/ownership.ts opens it. */
  readonly lockFile: string;
  /** Uploads and downloads, empty at each start. */
  readonly transfersDir: string;
}

/** Paths alone: nothing is made. */
export function placesOf(home: string): HostPlaces {
  const dir = join(home, 'browser-host');
  return {
    sessionFile: join(dir, 'session.json'),
    runningFile: join(dir, 'running.json'),
    lockFile: join(layoutOf(home).locksDir, 'browser-host.lock'),
    transfersDir: join(dir, 'transfers'),
  };
}
