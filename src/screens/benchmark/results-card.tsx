import { useState } from 'preact/hooks';
import { estimatesOf } from '../../evaluation/estimates.ts';
import type { Estimate } from '../../evaluation/report.ts';
import { interval, number } from '../../evaluation/summary.ts';
import { metricInfo } from '../../rl/metric-names.ts';
import { Segmented } from '../../views/segmented.tsx';
import { WideTable } from '../../views/wide-table.tsx';
import { PassFigure } from './pass-figure.tsx';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { countsOf, type Evaluation } from './state/stored.ts';
import type { Result } from './state/results.ts';
import { text } from './text.ts';

const words = text.results;

/** A value with what is known of its spread. */
export function Value({ of }: { readonly of: Estimate | undefined }) {
  if (!of) return <td class="number">–</td>;
  const { value, bootstrap, wilson } = of;
  return (
    <td class="number estimate">
      <b>{number(value)}</b>
      {bootstrap && <small>{interval(bootstrap)}</small>}
      {wilson && <small>{words.wilson(interval(wilson))}</small>}
    </td>
  );
}

/** A quantity by the name that the command line prints. */
function headOf(quantity: string): readonly [label: string, about: string] {
  const [, suite, k] = /^(strict|visible) pass@(\d+)$/.exec(quantity) ?? [];
  if (suite === 'strict' || suite === 'visible') return [words.passAt(suite, Number(k)), words.suite[suite]];
  const info = metricInfo(quantity);
  return words.rate[quantity] ?? [info?.label ?? quantity, info?.meaning ?? ''];
}

interface Measured {
  readonly evaluation: Evaluation;
  readonly result: Result;
}

function Row({
  measured,
  quantities,
}: {
  readonly measured: Measured;
  readonly quantities: readonly string[];
}) {
  const { evaluation, result } = measured;
  const estimates = new Map(estimatesOf(result.file.report.all));
  const { done, of } = countsOf(evaluation);
  return (
    <tr data-policy-row={evaluation.policy.id}>
      <th scope="row">{evaluation.policy.name}</th>
      <td class="number">{words.tasksOf(done, of ?? done)}</td>
      {quantities.map((quantity) => (
        <Value key={quantity} of={estimates.get(quantity)} />
      ))}
    </tr>
  );
}

/** Those that have samples, in the order of the plan. */
function useMeasured(run: BenchmarkRun): Measured[] {
  const { looking } = useBenchmarks();
  const evaluations = run.evaluations.value;
  return looking.results.value.flatMap((result, i) =>
    result && evaluations[i] ? [{ evaluation: evaluations[i], result }] : [],
  );
}

/** What each policy comes to, as a figure and in numbers. */
export function ResultsCard({ run }: { readonly run: BenchmarkRun }) {
  const measured = useMeasured(run);
  const { ks } = run.plan;
  const [chosen, choose] = useState(ks[0]!);
  const quantities = [
    ...new Set(measured.flatMap(({ result }) => estimatesOf(result.file.report.all).map(([name]) => name))),
  ];
  return (
    <section class="card benchmark-card" aria-labelledby="benchmark-results">
      <header class="benchmark-head">
        <h2 id="benchmark-results">{words.heading}</h2>
        {ks.length > 1 && (
          <Segmented
            name="benchmark-k"
            legend={words.k}
            options={ks.map((k) => ({ value: String(k), label: `pass@${k}` }))}
            value={String(chosen)}
            onChange={(k) => choose(Number(k))}
          />
        )}
      </header>
      <PassFigure
        k={chosen}
        policies={measured.map(({ evaluation, result }) => ({
          name: evaluation.policy.name,
          strict: result.file.report.all.strict[chosen]!,
          visible: result.file.report.all.visible[chosen]!,
        }))}
      />
      <WideTable label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.policy}</th>
            <th scope="col">{words.tasks}</th>
            {quantities.map((quantity) => {
              const [label, about] = headOf(quantity);
              return (
                <th key={quantity} scope="col" title={about}>
                  {label}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {measured.map((each) => (
            <Row key={each.evaluation.policy.id} measured={each} quantities={quantities} />
          ))}
        </tbody>
      </WideTable>
      <p class="hint">{words.about}</p>
    </section>
  );
}

/** Strict pass@k of each family, policies side by side. */
export function FamiliesCard({ run }: { readonly run: BenchmarkRun }) {
  const measured = useMeasured(run);
  const k = run.plan.ks[0]!;
  const families = [
    ...new Set(measured.flatMap(({ result }) => Object.keys(result.file.report.families))),
  ].toSorted();
  if (families.length < 2) return null;
  const of = (family: string) => measured.map(({ result }) => result.file.report.families[family]);
  return (
    <section class="card benchmark-card" aria-labelledby="benchmark-families">
      <h2 id="benchmark-families">{words.families}</h2>
      <WideTable label={words.familiesTable}>
        <thead>
          <tr>
            <th scope="col">{words.family}</th>
            <th scope="col">{words.tasks}</th>
            {measured.map(({ evaluation: { policy } }) => (
              <th key={policy.id} scope="col">
                {policy.name}
                <small>{words.passAt('strict', k)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {families.map((family) => (
            <tr key={family}>
              <th scope="row">{family}</th>
              <td class="number">{Math.max(...of(family).map((slice) => slice?.tasks ?? 0))}</td>
              {of(family).map((slice, i) => (
                <Value key={i} of={slice?.strict[k]} />
              ))}
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
