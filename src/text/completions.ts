/** The groups of a step. */
export const group = {
  list: 'Groups',
  empty: 'Nothing sampled yet.',
  key: {
    pass: 'passes: R_f + R_o + R_t',
    fail: 'fails: R_t is withheld',
    advantage: 'advantage within the group; dashed: without a gate',
  },
  emptyAbout:
    'After a step, each task shows its group of attempts: the reasoning, the answer, what its tests said, and how every attempt was rewarded relative to the others.',
  passing: (n: number, of: number) => `${n} of ${of} pass`,
  mean: 'mean',
  deviation: 'deviation',
  noGradient: 'No gradient',
  noGradientAbout: 'All rewards are equal, so no attempt is better than another.',
  columns: {
    rank: 'Rank',
    verdict: 'Verdict',
    reward: 'Reward',
    total: 'Total',
    advantage: 'Advantage',
    length: 'Tokens',
    entropy: 'Entropy',
    kl: 'KL',
  },
  truncated: 'cut off',
  truncatedAbout: 'Ran out of tokens before its end.',
  parts: (rewards: readonly { readonly name: string; readonly value: string }[], opening: number) => {
    const counted =
      opening === 1 ? '' : opening === 0 ? ' withheld' : `, of which ${Math.round(opening * 100)} % counts`;
    return rewards
      .map(({ name, value }) => `${name} ${value}${name === 'thinking' ? counted : ''}`)
      .join(', ');
  },
  advantageLabel: (a: string, ungated: string) => `advantage ${a}, ungated ${ungated}`,
  disagree: 'reasoning and answer differ',
  agree: 'reasoning and answer agree',
} as const;

/** One completion. */
export const completion = {
  prompt: 'Task',
  asked: 'All that the policy read',
  reasoning: 'Reasoning',
  weak: 'weak',
  weakAbout: 'A test ran where the program could interfere with it, so a pass proves less.',
  noReasoning: 'No reasoning could be read: the completion does not have the required form.',
  raw: 'The completion as written',
  output: 'Printed',
  expected: 'expected',
  got: 'got',
  heldOut: 'held out',
  line: (n: number) => `line ${n}`,
  time: (ms: string) => `ran ${ms}`,
  passed: (n: number, of: number) => `${n} of ${of} tests pass`,
  tryIt: 'Open in Try it',
} as const;
