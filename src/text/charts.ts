/** What every chart says. */
export const chart = {
  step: 'Step',
  at: (step: number) => `step ${step}`,
  table: (title: string) => `${title}: data`,
  keys: 'Arrow keys move along the steps.',
  noData: 'no data yet',
  jaws: {
    title: 'Jaws',
    about: 'When reasoning scores rise and correctness does not, the jaws open.',
    thinking: 'mean R_t',
    heldOut: 'held-out pass@1',
    pass: 'R_t given pass',
    fail: 'R_t given fail',
    gap: 'gap',
    empty: 'Opens after the first step.',
  },
} as const;

/** The gate plot. */
export const plot = {
  x: 'reasoning score R_t',
  y: 'tests passed',
  trap: 'sounds right, fails',
  zone: {
    pass: 'all tests pass',
    fail: (then: string) => (then === '' ? 'some test fails' : `some test fails: ${then}`),
  },
  empty: 'Run a step: its completions appear here.',
  summary: (n: number, passing: number, withheld: string, inversions: number) =>
    `${n} completions, ${passing} pass all tests; ${withheld} of the reasoning score withheld; R_t ranks ${inversions} pairs the wrong way round.`,
} as const;

/** A measured value and its limit. */
export const limit = {
  of: (value: string, most: string) => `${value} of ${most}`,
  unknown: 'not measured',
} as const;
