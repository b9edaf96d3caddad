import { Random } from '../../../random.ts';
import { familyNamed } from './families/index.ts';
import { type Args, type Family, sameBehaviour } from './plan.ts';
import { readProgram } from './program.ts';
import { readReasoning } from './reasoning.ts';
import type { StarterTask } from './task.ts';

const PROBES = 24;

/**
 * Whether a program does what its reasoning says. The reasoning is read back into a plan, the program into
 * another, and both are evaluated on the task's inputs and on fresh ones, edge cases included: a program that
 * leaves out a step or an edge rule its plan names disagrees, and so does one that adds what the plan does not
 * name. Correctness plays no part. `null` when either text, or the task's family, cannot be read.
 */
export function agreement(task: StarterTask, reasoning: string, program: string): boolean | null {
  const family = familyNamed(task.family);
  if (family === undefined) return null;
  const stated = readReasoning(family, reasoning);
  const written = readProgram(family, program);
  if (stated === null || written === null) return null;
  return sameBehaviour(stated, written, probesOf(task, family));
}

const fresh = new WeakMap<Family, readonly Args[]>();

function freshCalls(family: Family): readonly Args[] {
  const known = fresh.get(family);
  if (known !== undefined) return known;
  const random = new Random(0, 0, `agreement ${family.name}`);
  const calls = Array.from({ length: PROBES }, (_, i) =>
    i % 2 === 0 ? family.ordinary(random) : family.small(random),
  );
  fresh.set(family, calls);
  return calls;
}

/** Calls that tell plans of a task apart: its tests, and fresh ordinary and small inputs. */
export const probesOf = ({ visibleTests, heldOutTests }: StarterTask, family: Family): Args[] => [
  ...[...visibleTests, ...heldOutTests].map(({ args }) => args),
  ...freshCalls(family),
];
