import { useMemo } from 'preact/hooks';
import { domainOf } from '../../domains/index.ts';
import type { ChosenRun } from '../../experiment/runs.ts';
import { pairStep, type TwinPair } from '../../experiment/twins.ts';
import { configAt } from '../../rl/config.ts';
import { type Gate, GATES } from '../../rl/gate.ts';
import type { Rollout } from '../../rl/types.ts';
import { diffWords, type DiffPart } from '../../views/diff.ts';
import { DiffText } from '../../views/diff-text.tsx';
import { decimal, signed } from '../../views/format.ts';
import { throughGate } from '../../views/gate-data.ts';
import { Maths } from '../../views/maths.tsx';
import { VerdictWord } from '../../views/verdict-word.tsx';
import type { TwinRollouts } from './state/twins.ts';
import { text } from './text.ts';
import { WideTable } from '../../views/wide-table.tsx';

const words = text.twins;

/** Advantages of a step by gate and completion. */
type Advantages = ReadonlyMap<Gate, ReadonlyMap<Rollout, number>>;

/** The gates that either run was trained with, at a step. */
const gatesOf = (left: ChosenRun, right: ChosenRun, step: number): Gate[] => [
  ...new Set([left, right].map(({ config }) => configAt(config, step).gate)),
];

/** What each gate makes of the same completions, with the other settings of their run. */
function advantagesOf(
  run: ChosenRun,
  rollouts: readonly Rollout[],
  gates: readonly Gate[],
  step: number,
): Advantages {
  const config = configAt(run.config, step);
  const own = new Map(rollouts.map((rollout) => [rollout, rollout.advantage]));
  // Of a step that is not whole, what was recorded is all there is.
  const whole = rollouts.length % config.groupSize === 0;
  return new Map(
    gates.flatMap((gate) => {
      if (gate === config.gate) return [[gate, own] as const];
      if (!whole) return [];
      const all = throughGate(rollouts, gate, config).groups.flatMap(({ completions }) => completions);
      return [[gate, new Map(all.map(({ rollout, advantage }) => [rollout, advantage]))] as const];
    }),
  );
}

interface SideProps {
  readonly run: ChosenRun;
  readonly rollout: Rollout | null;
  readonly gates: readonly Gate[];
  readonly advantages: Advantages;
}

/** A completion of one side: its verdict, R_t, and its advantage by each gate, its own in bold. */
function SideCells({ run, rollout, gates, advantages }: SideProps) {
  if (!rollout)
    return (
      <td colSpan={2 + gates.length} class="hint">
        {words.missing}
      </td>
    );
  const own = configAt(run.config, rollout.step).gate;
  const { outcome } = domainOf(run.config).show(rollout.verification);
  return (
    <>
      <td class="twin-side">
        <VerdictWord outcome={outcome} weak={rollout.verification.weak} />
      </td>
      <td class="number">{decimal(rollout.rewards.thinking)}</td>
      {gates.map((gate) => {
        const value = advantages.get(gate)?.get(rollout);
        const shown = value === undefined ? '–' : signed(value);
        return (
          <td key={gate} class="number">
            {gate === own ? <b>{shown}</b> : shown}
          </td>
        );
      })}
    </>
  );
}

const plain = (whole: string): DiffPart[] => [{ text: whole, own: false }];

/** Both texts, with the words that the other lacks marked. */
function Texts({ pair, labels }: { readonly pair: TwinPair; readonly labels: readonly [string, string] }) {
  const sides = useMemo(() => {
    const { left, right } = pair;
    if (left && right) {
      const diff = diffWords(left.text, right.text);
      return [diff.left, diff.right];
    }
    return [left, right].map((side) => plain(side?.text ?? words.missing));
  }, [pair]);
  return (
    <div class="twin-texts">
      {sides.map((parts, i) => (
        <div key={i}>
          <h4>
            <Maths text={labels[i]!} />
          </h4>
          <DiffText parts={parts} />
        </div>
      ))}
    </div>
  );
}

interface Props {
  readonly left: ChosenRun;
  readonly right: ChosenRun;
  readonly labels: readonly [left: string, right: string];
  readonly shown: TwinRollouts;
  readonly group: number;
  /** Place in the group of the pair whose texts are shown. */
  readonly open: number | null;
  readonly onGroup: (group: number) => void;
  readonly onOpen: (index: number | null) => void;
}

/** A group of one step in both runs, completion by completion. */
export function TwinStep({ left, right, labels, shown, group, open, onGroup, onOpen }: Props) {
  const { step } = shown;
  const groups = useMemo(() => pairStep(shown.left, shown.right), [shown]);
  const gates = useMemo(() => gatesOf(left, right, step), [left, right, step]);
  const [own, other] = useMemo(
    () => [advantagesOf(left, shown.left, gates, step), advantagesOf(right, shown.right, gates, step)],
    [left, right, shown, gates, step],
  );
  const on = groups.find((each) => each.group === group) ?? groups[0];
  if (!on) return <p class="hint">{words.empty(step)}</p>;
  const opened = on.pairs.find(({ index }) => index === open);
  const sameIn = (pairs: readonly TwinPair[]): number =>
    pairs.filter(({ differs }) => !differs.includes('completion')).length;
  return (
    <section class="twin-step" aria-label={words.step(step)}>
      <header class="results-head">
        <h3 data-twin-step={step}>{words.step(step)}</h3>
        <select
          aria-label={words.group}
          value={on.group}
          onChange={({ currentTarget }) => onGroup(Number(currentTarget.value))}
        >
          {groups.map(({ group: each, tasks, pairs }) => (
            <option key={each} value={each}>
              {words.groupOf(each + 1, tasks[0] ?? tasks[1] ?? '', sameIn(pairs), pairs.length)}
            </option>
          ))}
        </select>
      </header>
      {on.tasks[0] !== on.tasks[1] && (
        <p class="hint">{words.otherPrompt(on.tasks[0] ?? '–', on.tasks[1] ?? '–')}</p>
      )}
      <WideTable label={words.table(step)}>
        <thead>
          <tr>
            <th rowSpan={2} scope="col">
              {words.completion}
            </th>
            {labels.map((label, i) => (
              <th key={i} colSpan={2 + gates.length} scope="colgroup" class="twin-side">
                <Maths text={label} />
              </th>
            ))}
          </tr>
          <tr>
            {labels.flatMap((_, i) => [
              <th key={`${i} verdict`} scope="col" class="twin-side">
                {words.verdict}
              </th>,
              <th key={`${i} thinking`} scope="col">
                <Maths text="R_t" />
              </th>,
              ...gates.map((gate) => (
                <th key={`${i} ${gate}`} scope="col">
                  {words.advantage(GATES[gate].label)}
                </th>
              )),
            ])}
          </tr>
        </thead>
        <tbody>
          {on.pairs.map((pair) => (
            <tr key={pair.index} data-pair={pair.index}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-expanded={open === pair.index}
                  onClick={() => onOpen(open === pair.index ? null : pair.index)}
                >
                  {pair.index + 1}
                </button>
                <small>
                  {pair.differs.includes('completion') ? words.common(pair.common) : words.identical}
                </small>
              </th>
              <SideCells run={left} rollout={pair.left} gates={gates} advantages={own!} />
              <SideCells run={right} rollout={pair.right} gates={gates} advantages={other!} />
            </tr>
          ))}
        </tbody>
      </WideTable>
      <p class="hint">{gates.length > 1 ? words.gates : words.oneGate}</p>
      {opened && <Texts pair={opened} labels={labels} />}
    </section>
  );
}
