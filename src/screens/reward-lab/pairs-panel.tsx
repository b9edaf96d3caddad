import { useEffect, useMemo } from 'preact/hooks';
import { text } from './text.ts';
import {
  onView,
  passing,
  tallyOf,
  type PairFilter,
  type PairsSource,
  type PairsState,
} from './state/pairs.ts';
import type { Agreement } from './state/judging.ts';
import { DIMENSIONS, PAIR_KINDS } from '../../reward/pairs/types.ts';
import { usePage } from '../../app/page.ts';
import { ID } from './place.ts';
import { WritingCard } from './writing-card.tsx';
import { PairCard } from './pair-card.tsx';
import { useRewardLab } from './state.ts';
import './pairs-panel.css';

const words = text.pairs;

interface FilterProps {
  readonly name: keyof PairFilter;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function FilterSelect({ name, options }: FilterProps) {
  const { pairs } = useRewardLab();
  const { filter } = pairs.state.value;
  return (
    <div class="field">
      <label for={`pairs-${name}`}>{words[name]}</label>
      <select
        id={`pairs-${name}`}
        value={filter[name] ?? ''}
        onChange={({ currentTarget: { value } }) => pairs.setFilter({ [name]: value === '' ? null : value })}
      >
        <option value="">{words.all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

function Filters({ state }: { readonly state: PairsState }) {
  const operations = [...new Set(state.pairs.flatMap(({ pair }) => pair.operation ?? []))].sort();
  return (
    <fieldset class="pair-filters">
      <legend class="visually-hidden">{words.filter}</legend>
      <FilterSelect
        name="dimension"
        options={DIMENSIONS.map((value) => ({ value, label: text.dimension[value] }))}
      />
      <FilterSelect
        name="operation"
        options={operations.map((value) => ({ value, label: value.replaceAll('-', ' ') }))}
      />
      <FilterSelect name="kind" options={PAIR_KINDS.map((value) => ({ value, label: text.kind[value] }))} />
      <FilterSelect
        name="verdict"
        options={[
          { value: 'right', label: words.right },
          { value: 'wrong', label: words.wrong },
        ]}
      />
    </fieldset>
  );
}

/** Hands the pairs to the training. */
function TrainOn({ source: { name } }: { readonly source: Exclude<PairsSource, { kind: 'written' }> }) {
  const { goTo } = usePage();
  const { desk, pairs, training } = useRewardLab();
  const { tasks } = desk.state.value;
  const { pairs: scored, busy } = pairs.state.value;
  const some = useMemo(() => {
    const trained = new Set(tasks.flatMap(({ id, split }) => (split === 'train' ? [id] : [])));
    return scored.some(({ pair: { taskId } }) => taskId !== undefined && trained.has(taskId));
  }, [tasks, scored]);
  return (
    <button
      type="button"
      disabled={busy || !some}
      title={some ? undefined : words.trainOnNone}
      onClick={() => {
        training.give({ name, pairs: scored.map(({ pair }) => pair) });
        goTo(ID, { tab: 'train' });
      }}
    >
      {words.trainOn}
    </button>
  );
}

function Source({ state: { source, busy } }: { readonly state: PairsState }) {
  const { pairs } = useRewardLab();
  const split = source.kind === 'written' ? source.split : 'held-out';
  const seed = source.kind === 'written' ? source.seed : 0;
  return (
    <div class="pair-source">
      <div class="field">
        <label for="pairs-split">{words.source}</label>
        <select
          id="pairs-split"
          value={source.kind === 'written' ? source.split : ''}
          disabled={busy}
          onChange={({ currentTarget: { value } }) =>
            void pairs.write(value === 'train' ? 'train' : 'held-out', 1)
          }
        >
          {source.kind === 'file' && <option value="">{words.fromFile(source.name)}</option>}
          {source.kind === 'policy' && <option value="">{words.byPolicy(source.name)}</option>}
          <option value="held-out">{words.split['held-out']}</option>
          <option value="train">{words.split.train}</option>
        </select>
      </div>
      <button type="button" disabled={busy} onClick={() => void pairs.write(split, seed + 1)}>
        {words.write}
      </button>
      <label class="file-button" title={words.fileAbout}>
        {words.file}
        <input
          type="file"
          accept=".jsonl,.json,application/jsonl"
          class="visually-hidden"
          disabled={busy}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void pairs.read(file);
            currentTarget.value = '';
          }}
        />
      </label>
      {source.kind !== 'written' && <TrainOn source={source} />}
    </div>
  );
}

function TallyRow({
  label,
  agreement: { agreed, of },
}: {
  readonly label: string;
  readonly agreement: Agreement;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="number">{words.of(agreed, of)}</dd>
    </div>
  );
}

/** Pairs to look through; the answer is shown after the visitor has given one. */
export function PairsPanel() {
  const { pairs } = useRewardLab();
  const state = pairs.state.value;
  useEffect(() => pairs.open(), [pairs]);
  const view = onView(state);
  const count = passing(state).length;
  const tally = tallyOf(state);
  return (
    <section class="pairs-panel" aria-label={words.heading} aria-busy={state.busy}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <WritingCard />
      <div class="card pairs-body">
        <div class="pair-setup">
          <Source state={state} />
          <Filters state={state} />
        </div>
        {state.source.kind === 'file' && state.source.skipped.length > 0 && (
          <details class="more skipped">
            <summary>{words.skipped(state.source.skipped.length)}</summary>
            <ul class="hint">
              {state.source.skipped.slice(0, 20).map(({ line, message }) => (
                <li key={line}>{words.skippedLine(line, message)}</li>
              ))}
            </ul>
          </details>
        )}
        {view ? (
          <PairCard
            key={`${state.source.kind}-${view.index}`}
            scored={state.pairs[view.index]!}
            shown={view.shown}
            answer={state.answers.get(view.index) ?? null}
          />
        ) : (
          <p class="hint pair-none">{state.busy || state.pairs.length === 0 ? words.busy : words.none}</p>
        )}
        <div class="pair-foot">
          <div class="pair-move">
            <button type="button" disabled={count < 2} onClick={() => pairs.move(-1)}>
              {words.previous}
            </button>
            <span class="number" aria-live="polite">
              {count > 0 && words.place(state.at + 1, count)}
            </span>
            <button type="button" disabled={count < 2} onClick={() => pairs.move(1)}>
              {words.next}
            </button>
          </div>
          <dl class="tally" aria-label={words.tally}>
            <TallyRow label={words.youLabel} agreement={tally.youLabel} />
            <TallyRow label={words.youModel} agreement={tally.youModel} />
            <TallyRow label={words.modelLabel} agreement={tally.modelLabel} />
          </dl>
        </div>
      </div>
    </section>
  );
}
