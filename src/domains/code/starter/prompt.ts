import { toPython } from './literal.ts';
import type { Plan, Step } from './plan.ts';
import { ENTRY } from './program.ts';

/** How many ways {@link writePrompt} has of asking for the same plan. */
export const PROMPT_FORMS = 3;

/**
 * The task as the policy reads it: signature and docstring, ending in a newline. The edge rule is stated
 * whenever the plan has one, so that the task is fully specified.
 */
export function writePrompt(plan: Plan, form: number): string {
  return `def ${ENTRY}(${plan.family.parameters}):\n    """${describe(plan, form)}"""\n`;
}

function describe(plan: Plan, form: number): string {
  const { family, steps, edge } = plan;
  const find = (slot: Step['slot']): Step | undefined => steps.find((step) => step.slot === slot);
  const chosen = `the ${find('filter')?.noun ?? family.plural}${family.from}`;
  const changed = find('map') === undefined ? '' : `, ${find('map')?.noun}`;
  const value = edge === null ? '' : toPython(edge.value);
  switch (form % PROMPT_FORMS) {
    case 0: {
      const rule = edge === null ? '' : `, or ${value} ${family.edge.noun[0]}`;
      return `Return the ${find('finish')?.noun} of ${chosen}${changed}${rule}.`;
    }
    case 1: {
      const rule = edge === null ? '' : `; ${family.edge.says[0]}, return ${value}`;
      return `Given ${family.origin}, ${steps.map((step) => step.says[0]).join(', ')}${rule}.`;
    }
    default: {
      const rule = edge === null ? '' : `; return ${value} ${family.edge.noun[1] ?? family.edge.noun[0]}`;
      return `For ${chosen}${changed}, ${find('finish')?.says[0]}${rule}.`;
    }
  }
}
