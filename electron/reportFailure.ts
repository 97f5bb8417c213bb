/** Failures that nobody waits for: the shell goes on, and says so where it was started. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`Graft: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
