/** Top-k and top-p as settings have them, where 0 and 1 are off. */
import type { Restriction } from '../programs/sampler.ts';

export type { Restriction } from '../programs/sampler.ts';

/** Whether some tokens are not sampled from. */
export const isRestricted = ({ topK = 0, topP = 1 }: Restriction): boolean => topK !== 0 || topP !== 1;

/** Those of the two that are on. */
export const restrictionOf = ({
  topK = 0,
  topP = 1,
}: Restriction): { readonly topK?: number; readonly topP?: number } => ({
  ...(topK === 0 ? {} : { topK }),
  ...(topP === 1 ? {} : { topP }),
});
