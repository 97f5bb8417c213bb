import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { browserPlatform } from '../../../renderer/lib/browserPlatform.ts';
import type { NotificationPermissionState } from '../../../renderer/lib/platform.ts';
import RunBell from '../../../renderer/screens/runs/RunBell.svelte';
import { show, testWindow } from '../support/testWindow.ts';

afterEach(() => vi.unstubAllGlobals());

/** A run's bell in a browser that lets `permission` and answers `answer` when asked. */
function open(permission: NotificationPermissionState, answer: NotificationPermissionState = 'granted') {
  const window = testWindow();
  const { studio } = window;
  let asked = 0;
  studio.platform.watchNotifications = (onChange) => {
    onChange(permission);
    return () => undefined;
  };
  studio.platform.askForNotifications = async () => {
    asked++;
    return answer;
  };
  studio.notifications.listen();
  show(window, RunBell, {});
  const bell = screen.getByRole('button', { name: 'Tell me when it ends' });
  return { ...window, bell, asked: () => asked, isOn: () => bell.getAttribute('aria-pressed') };
}

/** The setting was on from the start, and a browser that nobody had asked never told anything. */
describe('the bell of a run', () => {
  it('is off in a fresh browser whatever the setting says, and asks when it is clicked, not before', async () => {
    const { bell, asked, isOn, studio } = open('default');
    expect(studio.preferences.value.notifyWhenRunEnds).toBe(true);
    expect([isOn(), asked()]).toEqual(['false', 0]);
    await userEvent.click(bell);
    expect([isOn(), asked()]).toEqual(['true', 1]);
    await userEvent.click(bell);
    expect(isOn()).toBe('false');
    expect((await studio.api.preferences.get()).notifyWhenRunEnds).toBe(false); // kept for the next run
    await userEvent.click(bell);
    expect([isOn(), asked()]).toEqual(['true', 1]);
  });

  it('stays off and says so where the person turns the browser’s question down', async () => {
    const { bell, isOn, studio } = open('default', 'denied');
    await userEvent.click(bell);
    expect(isOn()).toBe('false');
    expect(studio.toasts.toasts.at(-1)?.text).toMatch(/blocks notifications/);
  });

  it('never asks where the browser blocks or knows no notifications, and says which', async () => {
    const blocked = open('denied');
    await userEvent.click(blocked.bell);
    expect(blocked.asked()).toBe(0);
    expect(blocked.studio.toasts.toasts.at(-1)?.text).toMatch(/blocks notifications/);
    blocked.bell.remove();
    const none = open('unsupported');
    await userEvent.click(none.bell);
    expect(none.studio.toasts.toasts.at(-1)?.text).toMatch(/has no notifications/);
  });
});

describe('notifications of a browser', () => {
  const told = { title: 'a', body: 'b', tag: 'run1', onopen: () => undefined };

  it('are not there in a browser without them, which is no error', async () => {
    const seen: string[] = [];
    browserPlatform.watchNotifications((permission) => seen.push(permission))();
    browserPlatform.notify(told);
    expect(seen).toEqual(['unsupported']);
    expect(await browserPlatform.askForNotifications()).toBe('unsupported');
  });

  it('are shown once for several windows, only where allowed, and lead to the run', () => {
    const shown: { title: string; options: object; click: () => void }[] = [];
    class Shown extends EventTarget {
      static permission = 'granted';
      constructor(title: string, options: object) {
        super();
        shown.push({ title, options, click: () => this.dispatchEvent(new Event('click')) });
      }
    }
    vi.stubGlobal('Notification', Shown);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const focus = vi.spyOn(window, 'focus').mockReturnValue();
    const onopen = vi.fn();
    browserPlatform.notify({ ...told, onopen });
    expect(shown).toMatchObject([{ title: 'a', options: { body: 'b', tag: 'run1' } }]);
    shown[0]?.click();
    expect([focus.mock.calls.length, onopen.mock.calls.length]).toEqual([1, 1]);
    Shown.permission = 'default';
    browserPlatform.notify(told);
    expect(shown).toHaveLength(1);
  });
});
