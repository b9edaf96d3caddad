import { fromPython, toPython } from './literal.ts';
import type { Edge, Family, Filter, Finish, Map, Plan, Step } from './plan.ts';

/** Plans as Python programs and back. */

export const ENTRY = 'solve';
const INDENT = '    ';

function guard(family: Family, edge: Edge): string[] {
  return [`${INDENT}if ${family.edge.code}:`, `${INDENT}${INDENT}return ${toPython(edge.value)}`];
}

/**
 * The plan as Python: a comprehension for filter and map, the edge rule on two lines of its own, the finish.
 * Takes plans in normal form: at most one filter, then at most one map, then a finish.
 */
export function writeProgram(plan: Plan): string {
  const { family, edge } = plan;
  const code = (slot: Step['slot']): string | undefined =>
    plan.steps.find((step) => step.slot === slot)?.code;
  const condition = code('filter');
  const comprehension = `${code('map') ?? family.item} for ${family.item} in ${family.source}`;
  return [
    `def ${ENTRY}(${family.parameters}):`,
    ...(edge !== null && family.edge.where === 'before' ? guard(family, edge) : []),
    `${INDENT}${family.items} = [${comprehension}${condition === undefined ? '' : ` if ${condition}`}]`,
    ...(edge !== null && family.edge.where === 'after' ? guard(family, edge) : []),
    `${INDENT}return ${code('finish') ?? family.items}`,
  ].join('\n');
}

function byCode<T extends Step>(steps: readonly T[], code: string): T | undefined {
  return steps.find((step) => step.code === code);
}

/** Reads the lines of {@link writeProgram}; `null` when the program is written in any other way. */
export function readProgram(family: Family, program: string): Plan | null {
  const lines = program.split('\n').filter((line) => line.trim() !== '');
  if (lines.shift() !== `def ${ENTRY}(${family.parameters}):`) return null;
  let edge: Edge | null = null;
  const takeGuard = (): boolean => {
    if (lines[0] !== `${INDENT}if ${family.edge.code}:`) return true;
    const value = fromPython(lines[1]?.replace(`${INDENT}${INDENT}return `, '') ?? '');
    if (value === undefined) return false;
    edge = { value };
    lines.splice(0, 2);
    return true;
  };
  if (family.edge.where === 'before' && !takeGuard()) return null;
  const opening = `${INDENT}${family.items} = [`;
  const body = lines.shift();
  if (body === undefined || !body.startsWith(opening) || !body.endsWith(']')) return null;
  const [expression, rest] = split(body.slice(opening.length, -1), ` for ${family.item} in `);
  const [source, condition] = split(rest ?? '', ' if ');
  if (source !== family.source) return null;
  const steps: Step[] = [];
  if (condition !== undefined) {
    const filter: Filter | undefined = byCode(family.filters, condition);
    if (filter === undefined) return null;
    steps.push(filter);
  }
  if (expression !== family.item) {
    const map: Map | undefined = byCode(family.maps, expression);
    if (map === undefined) return null;
    steps.push(map);
  }
  if (family.edge.where === 'after' && !takeGuard()) return null;
  const result = lines.shift()?.replace(`${INDENT}return `, '');
  if (result === undefined || lines.length > 0) return null;
  const finish: Finish | undefined = byCode(family.finishes, result);
  if (finish !== undefined) steps.push(finish);
  else if (result !== family.items) return null;
  return { family, steps, edge };
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
