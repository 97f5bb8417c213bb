import { cleanup, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import HomeScreen from '../../../renderer/screens/home/HomeScreen.svelte';
import { pretendLayout, show } from '../support/testWindow.ts';
import { StandInStudio } from './standInStudio.ts';

beforeAll(pretendLayout);
afterEach(cleanup);

function open(studio = new StandInStudio()) {
  const window = studio.window();
  window.studio.refresh(['preferences']);
  show(window, HomeScreen, {});
  return { ...window, stand: studio };
}

const startButton = async (): Promise<HTMLElement> => screen.findByRole('button', { name: 'Train your first adapter' });

describe('the guided first run', () => {
  it('goes from one button to two answers side by side, and to the chat with both', async () => {
    const { studio, stand, inputsOf } = open();
    const start = await startButton();
    // Chosen for the person, so it must stand there before the click.
    expect(screen.getByText(/A small set of new numbers \(LoRA\)/)).toBeTruthy();
    await userEvent.click(start);
    expect(await screen.findByText(/Step 1 of 80/)).toBeTruthy();
    expect(inputsOf('runs.start')).toEqual([stand.request]);
    expect(studio.preferences.value.projectId).toBe('p1');

    stand.endRun();
    expect(await screen.findByText('Arr, the sea.')).toBeTruthy();
    expect(screen.getByText('The sea is wide.')).toBeTruthy();
    // The adapter's own method, also where an earlier Graft's guide trained another.
    expect(screen.getByText(/Pirate: VeRA, 91/)).toBeTruthy();
    const [sent] = inputsOf('chats.send') as [{ lanes: readonly { adapterId: string | null }[] }];
    expect(sent.lanes.map(({ adapterId }) => adapterId)).toEqual([null, 'a1']);

    await userEvent.click(await screen.findByRole('button', { name: 'Go on chatting with both' }));
    await waitFor(() => expect(studio.router.path).toBe('/chat/c1'));
    await waitFor(() => expect(studio.preferences.value.firstRunDone).toBe(true));
  });

  it('shows after a reload where the run stands, and starts nothing a second time', async () => {
    const stand = new StandInStudio();
    stand.startRun();
    const { inputsOf } = open(stand);
    expect(await screen.findByText(/Step 1 of 80/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Train your first adapter' })).toBeNull();
    expect(inputsOf('app.prepareFirstRun')).toEqual([]);
  });

  it('waits for a click after a reload that missed the end of the run', async () => {
    const stand = new StandInStudio();
    stand.startRun();
    stand.endRun();
    const { inputsOf } = open(stand);
    const ask = await screen.findByRole('button', { name: 'Ask both' });
    expect(inputsOf('chats.create')).toEqual([]);
    await userEvent.click(ask);
    expect(await screen.findByText('Arr, the sea.')).toBeTruthy();
  });

  it('does not ask again what another window has asked already', async () => {
    const stand = new StandInStudio();
    stand.startRun();
    stand.endRun();
    stand.answer();
    const { inputsOf } = open(stand);
    expect(await screen.findByText('Arr, the sea.')).toBeTruthy();
    expect(inputsOf('chats.send')).toEqual([]);
  });

  it('says why the sample could not be put in place, and tries again', async () => {
    const stand = new StandInStudio();
    stand.prepareError = new GraftError('diskFull', verbatim('The disk is full.'), {
      remedy: verbatim('Free some space.'),
    });
    open(stand);
    await userEvent.click(await startButton());
    expect(await screen.findByText('The disk is full.')).toBeTruthy();
    stand.prepareError = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/Step 1 of 80/)).toBeTruthy();
  });

  it('offers to go on from the checkpoint when the run was interrupted', async () => {
    const stand = new StandInStudio();
    stand.startRun();
    stand.setRun({ state: 'interrupted' });
    const { inputsOf } = open(stand);
    await userEvent.click(await screen.findByRole('button', { name: 'Go on from the last checkpoint' }));
    expect(inputsOf('runs.resume')).toEqual([{ id: 'r1' }]);
  });

  it('can be skipped for good', async () => {
    const { studio } = open();
    await userEvent.click(await screen.findByRole('button', { name: 'I know my way' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Train your first adapter' })).toBeNull());
    expect(studio.preferences.value.firstRunDone).toBe(true);
    expect(await screen.findByText('A project starts from a base model.')).toBeTruthy();
  });
});
