import * as v from 'valibot';
import type { ScoreCalibration } from '../rl/scaling.ts';

/** Which reward model a run scored with, and from when on. */
export interface RewardTurn {
  /** Steps done before it took over. */
  readonly step: number;
  /** `shipped`, or the key that it has in the store. */
  readonly id: string;
  readonly name: string;
}

/** A reward model that takes another's place. */
export interface RewardSwap extends Omit<RewardTurn, 'step'> {
  readonly weights: Float32Array;
  /** What its scores mean; null where nobody measured it. */
  readonly calibration: ScoreCalibration | null;
}

const schema = v.array(v.object({ step: v.number(), id: v.string(), name: v.string() }));

/** Turns as they come from storage; runs from before there were any had none. */
export function storedTurns(value: unknown): readonly RewardTurn[] {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : [];
}
