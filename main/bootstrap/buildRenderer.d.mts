/** For tests, which are TypeScript. */
export function buildRenderer(folder: string, node: string): Promise<void>;
