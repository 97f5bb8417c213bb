/**
 * Which hub, and as whom: what the person's environment says to every Hugging Face program (HF_ENDPOINT, HF_TOKEN,
 * HF_HOME, HF_HUB_OFFLINE, …), and the token and cache that those programs have left on this machine.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HubPlace {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** The person wants no request made. */
  readonly isOffline: boolean;
  /** Where Hugging Face programs keep what they fetched. */
  readonly sharedCache: string;
}

const publicEndpoint = 'https://huggingface.co';

export function hubPlaceOf(env: Environment): HubPlace {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (given(env.HF_ENDPOINT) ?? publicEndpoint).replace(/\/+$/, ''),
    token: given(env.HF_TOKEN) ?? given(env.HUGGING_FACE_HUB_TOKEN) ?? storedToken(env, home),
    isOffline: [env.HF_HUB_OFFLINE, env.TRANSFORMERS_OFFLINE].some((flag) => isOn(flag)),
    sharedCache: given(env.HF_HUB_CACHE) ?? given(env.HUGGINGFACE_HUB_CACHE) ?? join(home, 'hub'),
  };
}

/** What `hf auth login` wrote; one that cannot be read is as good as none. */
function storedToken(env: Environment, home: string): string | undefined {
  if (isOn(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  try {
    return given(readFileSync(given(env.HF_TOKEN_PATH) ?? join(home, 'token'), 'utf8'));
  } catch {
    return undefined;
  }
}

function given(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** As the Python programs read their flags. */
function isOn(flag: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes(flag?.trim().toUpperCase() ?? '');
}
