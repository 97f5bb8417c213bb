/** Two ports in memory; each frame is structured-cloned and arrives in a later turn, as over IPC. */
import type { FramePort } from '../../main/contract/engineFrame.ts';

interface Side {
  readonly frames: ((frame: unknown) => void)[];
  readonly closes: (() => void)[];
}

export function portPair(): readonly [FramePort, FramePort] {
  const left: Side = { frames: [], closes: [] };
  const right: Side = { frames: [], closes: [] };
  return [port(left, right), port(right, left)];
}

function port(own: Side, other: Side): FramePort {
  return {
    post: (frame) => {
      const clone = structuredClone(frame);
      setImmediate(() => other.frames.forEach((listener) => listener(clone)));
    },
    onFrame: (listener) => void own.frames.push(listener),
    onClose: (listener) => void own.closes.push(listener),
    close: () => setImmediate(() => [...own.closes, ...other.closes].forEach((listener) => listener())),
  };
}
