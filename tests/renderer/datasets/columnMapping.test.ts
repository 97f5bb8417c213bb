import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { assignRole, mappingOf, missingRoles, roleOf } from '../../../renderer/screens/datasets/columnMapping.ts';

const roles = [
  { role: 'prompt', required: true },
  { role: 'completion', required: true },
  { role: 'system', required: false },
];
const column = (name: string, role: string | null = null) => ({ name, role, examples: [] });
const preview = { roles, columns: [column('frage'), column('reply', 'completion'), column('system', 'system')] };

describe('columns mapped in the headers', () => {
  it('gives every role, empty where no column has it, so that the studio guesses none', () => {
    expect(mappingOf(preview)).toEqual({ prompt: '', completion: 'reply', system: 'system' });
    expect(missingRoles(preview, mappingOf(preview))).toEqual(['prompt']);
  });

  it('takes a role from the column that had it', () => {
    const mapping = assignRole(mappingOf(preview), 'frage', 'completion');
    expect(mapping).toEqual({ prompt: '', completion: 'frage', system: 'system' });
    expect(roleOf(mapping, 'reply')).toBeNull();
  });

  it('leaves a column out; an optional role may stay without one', () => {
    const mapping = assignRole(assignRole(mappingOf(preview), 'system', null), 'frage', 'prompt');
    expect(mapping).toEqual({ prompt: 'frage', completion: 'reply', system: '' });
    expect(missingRoles(preview, mapping)).toEqual([]);
  });

  it('never gives one column two roles', () => {
    const names = ['a', 'b', 'c'];
    const step = fc.tuple(fc.constantFrom(...names), fc.constantFrom('prompt', 'completion', 'system', null));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const start = mappingOf({ roles, columns: names.map((name) => column(name)) });
        const taken = Object.values(
          steps.reduce((mapping, [name, role]) => assignRole(mapping, name, role), start),
        ).filter((name) => name !== '');
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});
