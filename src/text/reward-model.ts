import type { ScalingKind } from '../rl/scaling.ts';

const scaling: Record<ScalingKind, string> = {
  sigmoid: 'sigmoid',
  reference: 'against the reference reasoning',
  rank: 'rank within the group',
  'min-max': 'range of a calibration set',
};

/** Names of reward models, and of the ways in which a score becomes R_t. */
export const rewardModel = {
  shipped: 'Shipped',
  own: 'Starter trained here',
  scaling,
} as const;
