export const SCHEDULER_TYPES = ['constant', 'linear', 'cosine'] as const;
export type SchedulerType = (typeof SCHEDULER_TYPES)[number];

export interface Schedule {
  readonly type: SchedulerType;
  /** Updates over which the rate rises to its full height. */
  readonly warmupSteps: number;
  /** Share of the rate that is left at the end. */
  readonly floor: number;
}

/**
 * The learning rate of update `step`, from 0, of `steps`: (step + 1)/warm-up of the rate at first, then constant, or from
 * the rate down to its floor in a straight line or half a cosine. After the warm-up these are Hugging Face's; theirs gives
 * the first of the warm-up a rate of 0.
 */
export function scheduledRate(
  rate: number,
  step: number,
  steps: number,
  { type, warmupSteps, floor }: Schedule,
): number {
  if (step < warmupSteps) return (rate * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  switch (type) {
    case 'constant':
      return rate;
    case 'linear':
      return rate * (floor + (1 - floor) * (1 - progress));
    case 'cosine':
      return rate * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}

/** Linear warm-up over a twentieth of the steps, then a cosine down to a twentieth of the rate. */
export function schedule(step: number, steps: number, rate: number): number {
  const warmupSteps = Math.max(1, Math.round(steps / 20));
  return scheduledRate(rate, step, steps, { type: 'cosine', warmupSteps, floor: 0.05 });
}
