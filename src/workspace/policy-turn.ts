import { unlessAborted } from '../abort.ts';
import type { Workspace } from './workspace.ts';

/**
 * Waits for its turn after what trains, and does work with the policy's worker then. An abort ends that worker: nothing
 * else stops what it computes.
 * @throws what the work throws; AbortError when the signal fires
 */
export function policyTurn<T>(
  { queue, policy }: Pick<Workspace, 'queue' | 'policy'>,
  id: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stop = (): void => policy.close();
  const stoppable = async (): Promise<T> => {
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await unlessAborted(work(), signal);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
  return queue.turn(id, stoppable, signal);
}
