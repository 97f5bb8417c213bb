/** The real engine on the software GPU, which goes away when the engine is asked for `logits`. */
import { openBackend } from '../../main/engine/backends/registry.ts';
import { tf } from '../../main/engine/tf.ts';
import { backendSettings } from '../support/backends.ts';

await openBackend(backendSettings.webgpu);
const { device } = tf.backend() as unknown as { readonly device: { destroy(): void } };
process.on('message', ({ name }: { readonly name?: string }) => {
  if (name === 'logits') device.destroy();
});
await import('../../main/engine/process.ts');
