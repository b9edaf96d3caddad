/** Reports of several policies as one table of numbers. */
import { csv } from '../csv.ts';
import type { Estimate, EvaluationReport, Slice } from './report.ts';

/** Every estimate of a slice by its name, in the order of the printed tables. */
export function estimatesOf({ strict, visible, rates, measures }: Slice): [name: string, Estimate][] {
  return [
    ...Object.entries(strict).map(([k, each]): [string, Estimate] => [`strict pass@${k}`, each]),
    ...Object.entries(visible).map(([k, each]): [string, Estimate] => [`visible pass@${k}`, each]),
    ...Object.entries({ ...rates, ...measures }),
  ];
}

const HEAD = [
  'policy', 'family', 'tasks', 'samples', 'quantity', 'estimate', 'low', 'high', 'wilson low', 'wilson high',
]; // prettier-ignore

/** One row for each policy, family and quantity; `low` and `high` by resampling tasks. The family of all tasks is empty. */
export function estimatesCsv(
  policies: readonly { readonly name: string; readonly report: EvaluationReport }[],
): string {
  const number = (value: number | undefined): string => (value === undefined ? '' : String(value));
  const lines = policies.flatMap(({ name, report }) =>
    [['', report.all] as const, ...Object.entries(report.families)].flatMap(([family, slice]) =>
      estimatesOf(slice).map(([quantity, { value, bootstrap, wilson }]) => [
        name,
        family,
        String(slice.tasks),
        String(slice.samples),
        quantity,
        ...[value, bootstrap?.low, bootstrap?.high, wilson?.low, wilson?.high].map(number),
      ]),
    ),
  );
  return csv([HEAD, ...lines]);
}
