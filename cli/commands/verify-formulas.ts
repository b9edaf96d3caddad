import { verifyFormulas } from '../../src/verify/formulas.ts';
import { verifyFileCommand } from './verify-file.ts';

export const verifyFormulasCommand = verifyFileCommand(
  {
    name: 'verify formulas',
    summary: 'compare rewards, advantages and losses with a grpo.json',
    description:
      'Computes the gated rewards, advantages, losses, gradients, clip fractions and KL estimates of the rollouts\n' +
      'in FILE and compares them with the values that stand beside them. Prints one JSON object with `ok` and the\n' +
      'largest error of each kind.',
    examples: ['verify formulas tests/fixtures/grpo.json'],
  },
  verifyFormulas,
);
