/** What a total reward has beside the rewards: a punishment for length, and KL where it is taken off the reward. */
import { klEstimate } from '../programs/loss.ts';
import { weightOf } from './gate.ts';
import type { FullConfig } from './types.ts';

export const isKlInReward = ({ beta, klIn }: Pick<FullConfig, 'beta' | 'klIn'>): boolean =>
  beta > 0 && klIn === 'reward';

/** Whether the total has anything beside the rewards. */
export const isShaped = (config: Pick<FullConfig, 'beta' | 'klIn' | 'overlongBuffer'>): boolean =>
  config.overlongBuffer > 0 || isKlInReward(config);

/** Whether a failing completion's total can come out above a passing one's at any step, whatever the gate. */
export const canInvert = (config: FullConfig): boolean =>
  weightOf('thinking', config) > weightOf('outcome', config) ||
  [config, ...config.changes.map(({ settings }) => ({ ...config, ...settings }))].some(isShaped);

/**
 * DAPO's soft overlong punishment (arXiv 2503.14476, eq. 13), at most 0: nothing up to L_max − L_c tokens, then in a
 * straight line down to −penalty at L_max. A buffer of 0 punishes nothing.
 */
export function overlongPunishment(
  length: number,
  {
    maxCompletionTokens,
    overlongBuffer,
    overlongPenalty,
  }: Pick<FullConfig, 'maxCompletionTokens' | 'overlongBuffer' | 'overlongPenalty'>,
): number {
  const over = length - (maxCompletionTokens - overlongBuffer);
  return over <= 0 || overlongBuffer === 0 ? 0 : -(over / overlongBuffer) * overlongPenalty;
}

/** −β·Σ of the KL estimates of a completion's tokens under the policy that sampled it; at most 0 for k2 and k3. */
export function klInReward(
  logprobs: readonly number[],
  refLogprobs: readonly number[],
  { beta, klEstimator }: Pick<FullConfig, 'beta' | 'klEstimator'>,
): number {
  const kl = logprobs.reduce((sum, logp, t) => sum + klEstimate(klEstimator, refLogprobs[t]! - logp), 0);
  return -beta * kl;
}
