import { useEffect, useMemo } from 'preact/hooks';
import { usePage } from '../../app/page.ts';
import { GATES } from '../../rl/gate.ts';
import { Field } from '../../views/field.tsx';
import { decimal, percent, signed } from '../../views/format.ts';
import { WideTable } from '../../views/wide-table.tsx';
import { ScatterPlot } from '../../views/scatter-plot.tsx';
import type { OwnResult } from './state/own-rollouts.ts';
import type { Opinion } from './state/second-opinion.ts';
import { useRewardLab } from './state.ts';
import { text } from './text.ts';
import './own-rollouts-panel.css';

const words = text.own;
/** Rows of the table; the plot has all. */
const MOST_ROWS = 12;

const orDash = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value);

function Setup() {
  const { desk, own } = useRewardLab();
  const { models, current } = desk.state.value;
  const { runs, run, other, running } = own.state.value;
  const others = models.filter(({ id }) => id !== current);
  if (runs === null) return <progress aria-label={words.running} />;
  if (runs.length === 0) return <p class="hint">{words.noRuns}</p>;
  return (
    <div class="own-setup">
      <Field id="own-run" label={words.run} about="" waits={false}>
        <select id="own-run" value={run ?? ''} onChange={(e) => own.choose({ run: e.currentTarget.value })}>
          {runs.map(({ id, config, lastStep }) => (
            <option key={id} value={id}>
              {words.runName(GATES[config.gate].label, config.seed, lastStep ?? 0)}
            </option>
          ))}
        </select>
      </Field>
      <Field
        id="own-other"
        label={words.other}
        about={others.length === 0 ? words.noOther : ''}
        waits={false}
      >
        <select
          id="own-other"
          value={others.some(({ id }) => id === other) ? other! : ''}
          disabled={others.length === 0 || running}
          aria-describedby="own-other-about"
          onChange={(e) => own.choose({ other: e.currentTarget.value })}
        >
          <option value="" disabled>
            {words.choose}
          </option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <button
        type="button"
        class="primary"
        disabled={running || !others.some(({ id }) => id === other)}
        onClick={() => void own.compare()}
      >
        {running ? words.running : words.compare}
      </button>
    </div>
  );
}

function Opinions({ result }: { readonly result: OwnResult }) {
  const { first, second, pairs, correlation } = result.opinion;
  const rows: readonly [string, (opinion: Opinion) => string][] = [
    [words.ranks, ({ ranks }) => orDash(ranks, percent)],
    [words.passing, ({ passing }) => orDash(passing, decimal)],
    [words.failing, ({ failing }) => orDash(failing, decimal)],
  ];
  return (
    <>
      <WideTable label={words.opinions}>
        <thead>
          <tr>
            <th scope="col">{words.measure}</th>
            <th scope="col">{result.first}</th>
            <th scope="col">{result.second}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, of]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td class="number">{of(first)}</td>
              <td class="number">{of(second)}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <p class="hint">{pairs === 0 ? words.noPairs : words.ranksAbout(pairs)}</p>
      <p class="number">
        {words.correlation}: {orDash(correlation, signed)}
      </p>
    </>
  );
}

function Result({ result }: { readonly result: OwnResult }) {
  const { judged } = result.opinion;
  const points = useMemo(
    () => judged.map(({ first, second, passes }) => ({ x: first, y: second, good: passes })),
    [judged],
  );
  if (judged.length === 0) return <p class="hint">{words.none}</p>;
  return (
    <div class="card own-result" aria-live="polite">
      <p>{words.result(judged.length, result.from, result.to)}</p>
      <div class="own-figures">
        <div>
          <Opinions result={result} />
        </div>
        <div>
          <p class="own-key">
            <span class="good">● {words.good}</span> <span class="bad">○ {words.bad}</span>
          </p>
          <ScatterPlot
            points={points}
            xLabel={result.first}
            yLabel={result.second}
            summary={words.plot(result.first, result.second)}
          />
        </div>
      </div>
      <h3>{words.table}</h3>
      <WideTable label={words.table}>
        <thead>
          <tr>
            <th scope="col">{result.first}</th>
            <th scope="col">{result.second}</th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">{text.score.reasoning}</th>
          </tr>
        </thead>
        <tbody>
          {judged.slice(0, MOST_ROWS).map((each, i) => (
            <tr key={i}>
              <td class="number">{decimal(each.first)}</td>
              <td class="number">{decimal(each.second)}</td>
              <td>{each.passes ? words.good : words.bad}</td>
              <td>{each.reasoning}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </div>
  );
}

/** The policy's own completions under two reward models. */
export function OwnRolloutsPanel() {
  const { slice } = usePage();
  const { own } = useRewardLab();
  const steps = slice('steps').length;
  useEffect(() => void own.list(), [own, steps]);
  const { result, running, runs } = own.state.value;
  return (
    <section class="own-panel" aria-label={words.heading} aria-busy={running}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <div class="card own-body">
        <Setup />
        {!result && runs !== null && runs.length > 0 && <p class="hint">{words.empty}</p>}
      </div>
      {result && <Result result={result} />}
    </section>
  );
}
