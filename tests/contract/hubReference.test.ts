import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { formatHubReference, parseHubReference, plainHubReference } from '../../main/contract/hubReference.ts';

const characters = ['a', '.', '/', '-', '_', '%', '?', '\\', ':', '@', '#', ' ', 'hub:'];

describe('a hub reference', () => {
  it.each([
    ['HuggingFaceTB/SmolLM2-135M', { id: 'HuggingFaceTB/SmolLM2-135M', path: null, revision: null }],
    ['hub:a/b', { id: 'a/b', path: null, revision: null }],
    ['hub:x_y/z.1-2@refs/pr/1', { id: 'x_y/z.1-2', path: null, revision: 'refs/pr/1' }],
    ['hub:a/b/q4/m Q4_0.gguf@v1', { id: 'a/b', path: 'q4/m Q4_0.gguf', revision: 'v1' }],
  ])('%s', (text, expected) => {
    expect(parseHubReference(text)).toEqual(expected);
  });

  it.each([
    'sample',
    '../x',
    'a/..',
    'a/b/c',
    'a/b?c',
    'a/b#',
    'a//b',
    ' a/b',
    'a/b ',
    '-a/b',
    'a\\b/c',
    'a/b@',
    'a/b@../x',
    'hub:a/b/../c',
  ])('is not %s', (text) => expect(parseHubReference(text)).toBeUndefined());

  it('is plain segments of an address and of a path, whatever is typed, and reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 14 }), (parts) => {
        const reference = parseHubReference(parts.join(''));
        if (reference === undefined) return;
        expect(new URL(`http://hub/${reference.id}`).pathname).toBe(`/${reference.id}`);
        expect(`/${reference.path ?? ''}/${reference.revision ?? ''}/`).not.toMatch(/\/\.+\/|\\|[?#%:]/);
        expect(parseHubReference(formatHubReference(reference))).toEqual(reference);
        expect(parseHubReference(plainHubReference(reference))).toEqual(reference);
      }),
    );
  });
});
