import { throughGate, type GatedStep } from '../views/gate-data.ts';
import type { Gate } from '../rl/gate.ts';
import type { RecordedGroup, Recording } from './recording.ts';

/** Recorded groups under a gate, as the views of the Lab take them: numbered as they stand here. */
export const gatedGroups = (
  groups: readonly RecordedGroup[],
  gate: Gate,
  { advantage }: Recording['settings'],
): GatedStep =>
  throughGate(
    groups.flatMap(({ rollouts }, group) => rollouts.map((rollout) => ({ ...rollout, group }))),
    gate,
    { advantage, groupSize: groups[0]!.rollouts.length },
  );
