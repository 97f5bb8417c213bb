export function buildRenderer(folder: string, node: string): Promise<void>;
export function buildApp(folder: string, node: string): Promise<void>;
