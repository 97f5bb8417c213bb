import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubPlaceOf } from '../../main/hub/hubPlace.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

describe('what the environment says of the hub', () => {
  it('is the public one, nobody and the usual cache, when it says nothing', () => {
    const home = temporaryDir();
    expect(hubPlaceOf({ HOME: home, HF_ENDPOINT: ' ', HF_TOKEN: '' })).toEqual({
      endpoint: 'https://huggingface.co',
      token: undefined,
      isOffline: false,
      sharedCache: join(home, '.cache', 'huggingface', 'hub'),
    });
  });

  it('is a mirror, a token before the one that was logged in with, and caches in other places', () => {
    const home = temporaryDir();
    writeFileSync(join(home, 'token'), 'stored\n');
    const env = { HF_HOME: home, HF_ENDPOINT: 'http://mirror.example/hf//' };
    expect(hubPlaceOf(env)).toMatchObject({
      endpoint: 'http://mirror.example/hf',
      token: 'stored',
      sharedCache: join(home, 'hub'),
    });
    expect(hubPlaceOf({ ...env, HF_TOKEN: 'given' }).token).toBe('given');
    expect(hubPlaceOf({ ...env, HF_HUB_DISABLE_IMPLICIT_TOKEN: 'yes' }).token).toBeUndefined();
    expect(hubPlaceOf({ ...env, HF_HUB_CACHE: '/elsewhere' }).sharedCache).toBe('/elsewhere');
    expect(hubPlaceOf({ XDG_CACHE_HOME: '/xdg' }).sharedCache).toBe(join('/xdg', 'huggingface', 'hub'));
  });

  it('is no network for each of the words that Python takes for yes', () => {
    for (const flag of ['1', 'true', 'ON', 'Yes']) expect(hubPlaceOf({ HF_HUB_OFFLINE: flag }).isOffline).toBe(true);
    for (const flag of ['0', 'false', '', undefined])
      expect(hubPlaceOf({ HF_HUB_OFFLINE: flag }).isOffline).toBe(false);
    expect(hubPlaceOf({ TRANSFORMERS_OFFLINE: '1' }).isOffline).toBe(true);
  });

  it('has no token where the file of it cannot be read', () => {
    const home = temporaryDir();
    mkdirSync(join(home, 'token'));
    expect(hubPlaceOf({ HF_HOME: home }).token).toBeUndefined();
  });
});
