/**
 * What a host gives its procedures. One object for all connections of a host: the studio behind it can be exchanged.
 */
import type { Studio } from '../../contract/services.ts';
import type { FileTransfer } from '../FileTransfer.ts';
import type { ServerSwitch } from '../openaiServer/ServerSwitch.ts';

export interface HostContext {
  readonly kind: 'browser' | 'electron';
  /** The open studio; after a restore or a move it is another. */
  readonly studio: Studio;
  readonly files: FileTransfer;
  /** For other programs; the host's own, whatever windows are open. */
  readonly server: ServerSwitch;
  /**
   * Runs `work`, which ends the studio (DataFolderService.restore or .move), and opens the studio of `home` (default:
   * the same folder) in its place. Every window's connection ends soon after; they reconnect by themselves.
   */
  reopen(work: (studio: Studio) => Promise<void>, home?: string): Promise<void>;
}
