/** The version of Graft that wrote a file, as package.json has it. */
import packageJson from '../../../package.json' with { type: 'json' };

export const codeVersion: string = packageJson.version;
