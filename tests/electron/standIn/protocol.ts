/** What a test and the stand-in say to each other over the IPC of the shell's process. */

export interface Frame {
  readonly url: string;
  readonly isSubframe?: boolean;
}

/** Each is answered with `{ id, answer }` or `{ id, failure }`. */
export type Ask =
  | { readonly do: 'fetch'; readonly url: string }
  /** Answered with the number of the port, or null where none came. */
  | { readonly do: 'connect'; readonly frame: Frame }
  | { readonly do: 'invoke'; readonly channel: string; readonly args: readonly unknown[]; readonly frame: Frame }
  /** Answered with whether it was held back. */
  | {
      readonly do: 'emit';
      readonly on: 'app' | 'power' | 'window';
      readonly event: string;
      readonly args?: readonly unknown[];
    }
  /** What a person answers to the next dialogs. */
  | {
      readonly do: 'answer';
      readonly button?: number;
      readonly paths?: readonly string[];
      readonly onBattery?: boolean;
    }
  | { readonly do: 'clickMenu'; readonly label: string }
  | { readonly do: 'look' };

export interface Look {
  readonly menu: readonly string[];
  readonly theme: string;
  readonly progress: number;
  readonly isAwake: boolean;
  readonly utilities: readonly string[];
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  readonly questions: readonly string[];
  readonly windowOptions: Readonly<Record<string, unknown>> | null;
  readonly userData: string;
  readonly schemes: unknown;
  readonly isSandboxed: boolean;
}

/** Unasked. */
export type Said =
  | { readonly said: 'load'; readonly url: string }
  | { readonly said: 'page'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly said: 'error'; readonly title: string; readonly message: string }
  | { readonly said: 'port'; readonly port: number; readonly data: unknown }
  | { readonly said: 'portClosed'; readonly port: number };

/** To a port of the page. */
export interface ToPort {
  readonly port: number;
  readonly data: unknown;
}
