/** `--port`, for commander's options. Throws its InvalidArgumentError. */
import { InvalidArgumentError } from 'commander';
import { readNumber } from '../contract/numberText.ts';

export function parsePort(text: string): number {
  const port = readNumber(text) ?? NaN;
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
}
