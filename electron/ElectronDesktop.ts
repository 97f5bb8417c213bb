/** Dock or taskbar, notifications and the power of the machine, as Electron has them. */
import { Notification, powerMonitor, powerSaveBlocker } from 'electron';
import type { Desktop } from './RunWatch.ts';
import type { StudioWindow } from './StudioWindow.ts';

export class ElectronDesktop implements Desktop {
  readonly #window: StudioWindow;
  /** Kept, or a click on one that was collected meanwhile is lost. */
  readonly #notifications = new Set<Notification>();
  #blockerId: number | undefined;

  constructor(window: StudioWindow) {
    this.#window = window;
  }

  showProgress(share: number | null): void {
    this.#window.opened?.setProgressBar(share ?? -1);
  }

  notify(title: string, body: string, address: string): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    const forget = (): void => void this.#notifications.delete(notification);
    this.#notifications.add(notification);
    notification.on('close', forget);
    notification.on('failed', forget);
    notification.on('click', () => {
      forget();
      this.#window.show(address);
    });
    notification.show();
  }

  stayAwake(wanted: boolean): void {
    if (wanted) {
      this.#blockerId ??= powerSaveBlocker.start('prevent-app-suspension');
    } else if (this.#blockerId !== undefined) {
      powerSaveBlocker.stop(this.#blockerId);
      this.#blockerId = undefined;
    }
  }

  isOnBattery(): boolean {
    return powerMonitor.isOnBatteryPower();
  }
}
