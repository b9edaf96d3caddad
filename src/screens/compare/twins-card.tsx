import { useMemo, useState } from 'preact/hooks';
import { shownTheme } from '../../app/theme.ts';
import { usePage } from '../../app/page.ts';
import type { ComparedCell } from '../../experiment/results.ts';
import type { ChosenRun } from '../../experiment/runs.ts';
import { ASPECTS, type Aspect, type Parting } from '../../experiment/twins.ts';
import { Chart } from '../../views/chart.tsx';
import { percent } from '../../views/format.ts';
import { useCursor } from './state.ts';
import type { TwinScan } from './state/twins.ts';
import { useTwins } from './state/use-twins.ts';
import { text } from './text.ts';
import { TwinStep } from './twin-step.tsx';
import './twins-card.css';

const words = text.twins;

type Twin = ChosenRun & { readonly seed: number };

interface Props {
  /** Runs of one seed. */
  readonly pairs: readonly (readonly [left: Twin, right: Twin])[];
  /** The chosen runs in their arms. */
  readonly cells: readonly ComparedCell[];
}

/** Two runs of one seed, step by step. */
export function TwinsCard({ pairs, cells }: Props) {
  const [chosen, choose] = useState(0);
  const pair = pairs[chosen] ?? pairs[0];
  const labelOf = ({ id }: ChosenRun): string => cells.find(({ key }) => key === id)?.arm ?? id;
  return (
    <section class="card experiment-card twins" aria-label={words.heading}>
      <header class="results-head">
        <h2>{words.heading}</h2>
        {pairs.length > 1 && (
          <select
            aria-label={words.pair}
            value={pairs.indexOf(pair!)}
            onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
          >
            {pairs.map(([left, right], i) => (
              <option key={left.id + right.id} value={i}>
                {words.pairOf(labelOf(left), labelOf(right), left.seed)}
              </option>
            ))}
          </select>
        )}
      </header>
      {pair ? (
        <TwinsOf
          key={pair[0].id + pair[1].id}
          left={pair[0]}
          right={pair[1]}
          labels={[labelOf(pair[0]), labelOf(pair[1])]}
        />
      ) : (
        <p class="hint">{words.none}</p>
      )}
    </section>
  );
}

interface PairProps {
  readonly left: ChosenRun;
  readonly right: ChosenRun;
  readonly labels: readonly [left: string, right: string];
}

function TwinsOf({ left, right, labels }: PairProps) {
  const { workspace } = usePage();
  const cursor = useCursor();
  const [group, setGroup] = useState(0);
  const [open, setOpen] = useState<number | null>(null);
  const { scan, shown, error } = useTwins(workspace, [left, right], cursor.value);
  const go = (parting: Parting): void => {
    cursor.value = parting.step;
    setGroup(parting.group);
    setOpen(parting.index);
  };
  if (error !== null) return <p role="alert">{words.failed(error)}</p>;
  if (scan === null) return <p class="hint">{words.opening}</p>;
  if (scan.steps.both.length === 0) return <p class="hint">{words.apart}</p>;
  return (
    <>
      <p class="hint">{words.about(labels[0], labels[1])}</p>
      <Alone scan={scan} labels={labels} />
      <Partings scan={scan} onGo={go} />
      {scan.report.steps.length > 0 && <SharesChart scan={scan} />}
      {shown && (
        <TwinStep
          left={left}
          right={right}
          labels={labels}
          shown={shown}
          group={group}
          open={open}
          onGroup={(each) => {
            setGroup(each);
            setOpen(null);
          }}
          onOpen={setOpen}
        />
      )}
    </>
  );
}

/** Steps that only one of them has. */
function Alone({ scan: { steps }, labels }: Pick<PairProps, 'labels'> & { readonly scan: TwinScan }) {
  const sides = [steps.left, steps.right].flatMap((alone, i) =>
    alone.length === 0 ? [] : [words.alone(labels[i]!, alone.length)],
  );
  return sides.length === 0 ? null : <p class="hint">{sides.join(' ')}</p>;
}

/** Where each thing differs first. */
function Partings({
  scan: { report, done, steps },
  onGo,
}: {
  readonly scan: TwinScan;
  readonly onGo: (parting: Parting) => void;
}) {
  const row = (aspect: Aspect) => {
    const parting = report.partings[aspect];
    return (
      <div key={aspect} data-aspect={aspect}>
        <dt>{words.aspect[aspect]}</dt>
        <dd>
          {parting ? (
            <>
              <button type="button" class="link" onClick={() => onGo(parting)}>
                {words.parting(parting.step, parting.group + 1, parting.index + 1)}
              </button>
              {aspect === 'completion' && <span class="hint">{words.after(parting.common)}</span>}
            </>
          ) : (
            <span class="hint">{words.same(done)}</span>
          )}
        </dd>
      </div>
    );
  };
  return (
    <>
      <dl class="partings" aria-label={words.partings}>
        {ASPECTS.map(row)}
      </dl>
      {done < steps.both.length && (
        <p class="hint number" role="status">
          {words.looking(done, steps.both.length)}
        </p>
      )}
    </>
  );
}

/** How much of each step is the same in both. */
function SharesChart({ scan: { report, steps } }: { readonly scan: TwinScan }) {
  const cursor = useCursor();
  const data = useMemo(() => {
    const column = (of: 'prompts' | 'completions' | 'tokens') => report.steps.map((each) => each[of]);
    return {
      x: report.steps.map(({ step }) => step),
      series: [
        { label: words.shares.prompts, values: column('prompts'), color: 'muted', dash: [2, 3] },
        { label: words.shares.completions, values: column('completions'), color: 's0', width: 2.5 },
        { label: words.shares.tokens, values: column('tokens'), color: 's2', dash: [6, 4] },
      ],
    } as const;
  }, [report]);
  return (
    <Chart
      {...data}
      title={words.shares.title}
      about={words.shares.about}
      empty=""
      xMax={steps.both.at(-1) ?? 1}
      yRange={[0, 1]}
      format={percent}
      theme={shownTheme.value}
      cursor={cursor.value}
      onCursor={(step) => void (cursor.value = step)}
    />
  );
}
