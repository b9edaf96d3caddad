/** What makes runs less comparable than they look. */
import type { ChosenRun } from './runs.ts';

type Labelled = Pick<ChosenRun, 'config' | 'steps' | 'evals'> & { readonly label: string };

const nameOf = ({ label, config }: Labelled): string => `“${label}”, seed ${config.seed}`;

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Steps up to the last that are not there, as ranges. */
function missingSteps(steps: readonly number[]): string[] {
  return steps.flatMap((step, i) => {
    const before = i === 0 ? 0 : steps[i - 1]!;
    if (step - before <= 1) return [];
    return [step - before === 2 ? `${before + 1}` : `${before + 1} to ${step - 1}`];
  });
}

/** In sentences, the most serious first. */
export function cautionsOf(runs: readonly Labelled[]): string[] {
  return [
    ...taskCautions(runs),
    ...evaluationCautions(runs),
    ...runs.flatMap(gapCautions),
    ...endCautions(runs),
  ];
}

function taskCautions(runs: readonly Labelled[]): string[] {
  const tasksOf = ({ config: { domain, tasks, taskSettings } }: Labelled): string =>
    JSON.stringify([domain, tasks, taskSettings]);
  if (distinct(runs.map(tasksOf)).length < 2) return [];
  const sources = distinct(runs.map(({ config }) => `${config.domain}/${config.tasks}`)).join(', ');
  return [
    `The runs have different tasks (${sources}): their pass@1 is of different held-out tasks, and a difference between them may be ` +
      'one of the tasks alone.',
  ];
}

function evaluationCautions(runs: readonly Labelled[]): string[] {
  const counts = distinct(runs.map(({ config }) => config.evalTasks)).sort((a, b) => a - b);
  const none = runs.filter(({ evals }) => evals.length === 0).map(nameOf);
  return [
    ...(counts.length > 1
      ? [`Held-out pass@1 is of ${counts.join(', ')} tasks: not all runs are evaluated on the same ones.`]
      : []),
    ...none.map((name) => `${name} has no held-out evaluation, so only its curves are compared.`),
  ];
}

function gapCautions(run: Labelled): string[] {
  const steps = run.steps.map(({ step }) => step);
  if (steps.length === 0) return [`${nameOf(run)} has no finished step.`];
  const missing = missingSteps(steps);
  if (missing.length === 0) return [];
  return [`Of ${nameOf(run)}, steps are missing: ${missing.join(', ')}. Its curves go straight over them.`];
}

function endCautions(runs: readonly Labelled[]): string[] {
  const ends = runs.map((run) => run.evals.at(-1)?.step ?? null).filter((step) => step !== null);
  const counts = distinct(ends).sort((a, b) => a - b);
  if (counts.length < 2) return [];
  return [
    `The last evaluations are after ${counts.join(', ')} steps: what is compared is where each run ended.`,
  ];
}
