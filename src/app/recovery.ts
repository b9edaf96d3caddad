/** What to do when a run stops on an error: go on with the device, without it, or not at all. */

/** After this many lost devices the run goes on without a GPU. */
const LOSSES_BEFORE_WASM = 2;
const LOSSES_BEFORE_GIVING_UP = 4;

export type Recovery =
  /** Go on from the last checkpoint; `losses` is how many there have been since the one before. */
  | { readonly kind: 'resume'; readonly onWasm: boolean; readonly losses: number }
  | { readonly kind: 'give up' };

const named = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

export const isAbort = (error: unknown): boolean => named(error, 'AbortError');

/** `losses`: devices lost since the last checkpoint, before this error. */
export function recoveryFrom(error: unknown, losses: number): Recovery {
  const lost = named(error, 'DeviceLostError', 'WorkerStoppedError');
  // A device that was lost and is not offered again is as good as lost twice.
  const gone = losses > 0 && named(error, 'DeviceError');
  const now = losses + 1;
  if ((!lost && !gone) || now >= LOSSES_BEFORE_GIVING_UP) return { kind: 'give up' };
  return { kind: 'resume', onWasm: now >= LOSSES_BEFORE_WASM, losses: now };
}
