import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { TypedNumber } from '../../../main/contract/numberText.ts';
import NumberInput from '../../../renderer/ui/NumberInput.svelte';
import { show, testWindow } from '../support/testWindow.ts';

function open(properties: object = {}): { readonly field: () => HTMLInputElement; readonly committed: TypedNumber[] } {
  const committed: TypedNumber[] = [];
  const shown = {
    value: undefined,
    'aria-label': 'Rate',
    oncommit: (value: TypedNumber) => void committed.push(value),
  };
  show(testWindow(), NumberInput, { ...shown, ...properties });
  return { field: () => screen.getByRole('textbox', { name: 'Rate' }), committed };
}

describe('NumberInput', () => {
  // `rest` of the props once overwrote the mark with undefined.
  it.each([undefined, true] as const)(
    'marks a text that is no number and says which, whatever its field says (%s)',
    async (invalid) => {
      const { field, committed } = open({ 'aria-invalid': invalid, 'aria-describedby': 'hint' });
      await userEvent.type(field(), '1O');
      expect(field().getAttribute('aria-invalid')).toBe('true');
      const note = screen.getByText('“1O” is not a number');
      expect(field().getAttribute('aria-describedby')).toBe(`hint ${note.id}`);
      await userEvent.tab();
      expect(committed).toEqual(['1O']);
      expect(field().value).toBe('1O');
    },
  );

  it('shows after the field is left how a text was read, and leaves plain numbers as they are', async () => {
    const { field, committed } = open();
    await userEvent.type(field(), '０．００４');
    expect(field().getAttribute('aria-invalid')).toBeNull();
    await userEvent.tab();
    expect(field().value).toBe('0.004');
    await userEvent.clear(field());
    await userEvent.type(field(), '5e-3');
    await userEvent.tab();
    expect(field().value).toBe('5e-3');
    expect(committed).toEqual([0.004, 0.005]);
  });
});
