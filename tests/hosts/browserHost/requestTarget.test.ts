import { join, sep } from 'node:path';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../main/hosts/browserHost/requestTarget.ts';

describe('a request target', () => {
  it('is the decoded names of the path, and the query', () => {
    const target = parseTarget('/uploads/1/%E8%A8%98%20a%2Bb.csv?token=a%26b&x');
    expect(target?.segments).toEqual(['uploads', '1', '記 a+b.csv']);
    expect(target?.query.get('token')).toBe('a&b');
    expect(parseTarget('/')?.segments).toEqual([]);
    expect(parseTarget('/?a=/../b')?.segments).toEqual([]);
  });

  it.each([
    '',
    'x',
    '*',
    'http://h/x',
    '//',
    '//x',
    '/x/',
    '/..',
    '/a/../b',
    '/%2e%2e/b',
    '/a%2fb',
    '/a%5cb',
    '/a\\b',
    '/%00',
    '/%',
    '/%ff',
  ])('%j is none', (url) => expect(parseTarget(url)).toBeUndefined());

  it('stays in the folder that its names are joined to, whatever they are', () => {
    const folder = join(sep, 'some', 'folder');
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '%2e%2e', '/', '\\', '%2f', '%5c', '%00', ':'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const target = parseTarget(`/${pieces.join('/')}`);
        if (target === undefined) return;
        const depth = join(folder, ...target.segments).split(sep).length;
        expect(join(folder, ...target.segments).startsWith(folder)).toBe(true);
        expect(depth).toBe(folder.split(sep).length + target.segments.length);
      }),
    );
  });
});
