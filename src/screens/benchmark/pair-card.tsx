import { comparisonSummary, type Block } from '../../evaluation/summary.ts';
import type { Pair } from '../../evaluation/task-rows.ts';
import { WideTable } from '../../views/wide-table.tsx';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { comparedOf } from './state/results.ts';
import { isWhole } from './state/stored.ts';
import { text } from './text.ts';
import './pair-card.css';

const words = text.pair;

/** A part of what the command line prints. */
function BlockView({ block }: { readonly block: Block }) {
  if (block.kind === 'table') return <BlockTable rows={block.rows} />;
  return block.kind === 'heading' ? <h3>{block.text}</h3> : <p class="hint">{block.text}</p>;
}

function BlockTable({ rows: [head, ...rows] }: { readonly rows: readonly (readonly string[])[] }) {
  return (
    <WideTable label={head?.[0] || words.table}>
      <thead>
        <tr>
          {head?.map((cell, i) => (
            <th key={i} scope="col">
              {cell || words.quantity}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells.map((cell, i) => (
              <td key={i} class="number">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

function Choice({ run, side }: { readonly run: BenchmarkRun; readonly side: keyof Pair }) {
  const { looking } = useBenchmarks();
  const { pair } = looking.look.value;
  const id = `benchmark-${side}`;
  return (
    <div class="field">
      <label for={id}>{side === 'before' ? words.from : words.to}</label>
      <select
        id={id}
        value={pair[side]}
        onChange={({ currentTarget }) =>
          looking.change({ pair: { ...pair, [side]: Number(currentTarget.value) } })
        }
      >
        {run.plan.policies.map(({ id: policy, name }, i) => (
          <option key={policy} value={i}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Two policies on the same tasks with the same random numbers, as `eval compare` says it. */
function Comparison({ run }: { readonly run: BenchmarkRun }) {
  const { looking } = useBenchmarks();
  const { before, after } = looking.look.value.pair;
  const evaluations = run.evaluations.value;
  const [a, b] = [looking.results.value[before], looking.results.value[after]];
  const whole = [before, after].every((at) => evaluations[at] && isWhole(evaluations[at]));
  if (!a || !b || !whole) return <p class="hint">{words.waiting}</p>;
  const compared = comparedOf(a, b, run.plan);
  if (compared.kind === 'refused')
    return (
      <p>
        <strong>{words.refused}</strong> {compared.why}
      </p>
    );
  const blocks = comparisonSummary(compared.comparison, a.file.policy.name, b.file.policy.name);
  return (
    <>
      {blocks.map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </>
  );
}

export function PairCard({ run }: { readonly run: BenchmarkRun }) {
  return (
    <section class="card benchmark-card pair-card" aria-labelledby="benchmark-pair">
      <h2 id="benchmark-pair">{words.heading}</h2>
      {run.plan.policies.length > 2 && (
        <div class="pair-choice">
          <Choice run={run} side="before" />
          <Choice run={run} side="after" />
        </div>
      )}
      <Comparison run={run} />
    </section>
  );
}
