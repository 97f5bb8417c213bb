import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import GeneralSettings from '../../../renderer/screens/settings/GeneralSettings.svelte';
import { type TestWindow, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);

function open(): TestWindow {
  const window = testWindow();
  show(window, GeneralSettings, {});
  return window;
}

describe('GeneralSettings', () => {
  it('says of settings that a browser cannot follow that they are for the desktop window', () => {
    open();
    expect(screen.getAllByText(/In the desktop window only/)).toHaveLength(2);
  });

  it('keeps a switch at once', async () => {
    const { inputsOf } = open();
    await userEvent.click(screen.getByRole('switch', { name: 'Pause on battery' }));
    await waitFor(() => expect(inputsOf('preferences.update')).toEqual([{ pauseOnBattery: true }]));
  });

  it('keeps a figure when its field is left, and never one that does not hold', async () => {
    const { inputsOf, studio } = open();
    const field = screen.getByRole('textbox', { name: 'Temperature' });
    await userEvent.clear(field);
    await userEvent.type(field, '9');
    await userEvent.tab();
    expect(screen.getByText('Between 0 and 5')).toBeTruthy();
    expect(inputsOf('preferences.update')).toEqual([]);
    await userEvent.clear(field);
    await userEvent.type(field, '0.2');
    await userEvent.tab();
    await waitFor(() => expect(studio.preferences.value.sampling.temperature).toBe(0.2));
  });

  it('puts all figures of sampling back', async () => {
    const { studio } = open();
    await studio.preferences.update({
      sampling: { ...studio.preferences.value.sampling, topK: 7 },
      systemPrompt: 'Be short.',
    });
    await userEvent.click(screen.getByRole('button', { name: 'Back to the defaults' }));
    await waitFor(() => expect(studio.preferences.value).toMatchObject({ systemPrompt: '', sampling: { topK: 0 } }));
  });
});
