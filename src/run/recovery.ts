import { isNamed } from '../errors.ts';

/** What to do when a run stops on an error: go on with the device, without it, or not at all. */

/** After this many lost devices the run goes on without a GPU. */
const LOSSES_BEFORE_WASM = 2;
const LOSSES_BEFORE_GIVING_UP = 4;

export type Recovery =
  /** Go on from the last checkpoint; `losses` is how many there have been since the one before. */
  | { readonly kind: 'resume'; readonly onWasm: boolean; readonly losses: number }
  | { readonly kind: 'give up' };

/** `losses`: devices lost since the last checkpoint, before this error. */
export function recoveryFrom(error: unknown, losses: number): Recovery {
  const lost = isNamed(error, 'DeviceLostError', 'WorkerStoppedError');
  // A device that was lost and is not offered again is as good as lost twice.
  const gone = losses > 0 && isNamed(error, 'DeviceError');
  const now = losses + 1;
  if ((!lost && !gone) || now >= LOSSES_BEFORE_GIVING_UP) return { kind: 'give up' };
  return { kind: 'resume', onWasm: now >= LOSSES_BEFORE_WASM, losses: now };
}
