import { verifyReward } from '../../src/verify/formulas.ts';
import { verifyFileCommand } from './verify-file.ts';

export const verifyRewardCommand = verifyFileCommand(
  {
    name: 'verify reward',
    summary: 'compare the reward model’s loss with a reward_model.json',
    description:
      'Computes the Bradley–Terry loss with margin and centring, its gradients and the accuracy of the scores in\n' +
      'FILE and compares them with the values that stand beside them. Prints one JSON object with `ok` and the\n' +
      'largest error of each kind.',
    examples: ['verify reward tests/fixtures/reward_model.json'],
  },
  verifyReward,
);
