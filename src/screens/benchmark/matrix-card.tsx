import { useState } from 'preact/hooks';
import { CHANGES, countChanges, type Change, SORTS, type Sort } from '../../evaluation/task-rows.ts';
import { Segmented } from '../../views/segmented.tsx';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { TaskGrid } from './task-grid.tsx';
import { text } from './text.ts';
import './matrix-card.css';

const words = text.matrix;

/** Rows that are drawn at once. */
const PAGE = 200;

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ id, label, value, options, onChange }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Filters({ compared }: { readonly compared: boolean }) {
  const { looking } = useBenchmarks();
  const { family, change, sort, suite, pair } = looking.look.value;
  const rows = looking.rows.value;
  const families = [...new Set(rows.map((row) => row.family))].toSorted();
  const counts = compared ? countChanges(rows, pair, suite) : null;
  const sorts = SORTS.filter((each) => compared || each !== 'change');
  return (
    <div class="matrix-filters">
      {families.length > 1 && (
        <Choice
          id="benchmark-family"
          label={words.family}
          value={family ?? ''}
          options={[['', words.anyFamily], ...families.map((each) => [each, each] as const)]}
          onChange={(value) => looking.change({ family: value || null })}
        />
      )}
      {counts && (
        <Choice
          id="benchmark-change"
          label={words.change}
          value={change ?? ''}
          options={[
            ['', words.anyChange],
            ...CHANGES.map((each) => [each, words.changeOption(words.changes[each], counts[each])] as const),
          ]}
          onChange={(value) => looking.change({ change: (value || null) as Change | null })}
        />
      )}
      <Choice
        id="benchmark-sort"
        label={words.sort}
        value={sort}
        options={sorts.map((each) => [each, words.sorts[each]] as const)}
        onChange={(value) => looking.change({ sort: value as Sort })}
      />
    </div>
  );
}

/** Every task by every policy; what changed between the two that are compared. */
export function MatrixCard({ run }: { readonly run: BenchmarkRun }) {
  const { looking } = useBenchmarks();
  const [pages, setPages] = useState(1);
  const { suite } = looking.look.value;
  const shown = looking.shown.value;
  const compared = run.plan.policies.length > 1;
  const rest = shown.length - pages * PAGE;
  return (
    <section class="card benchmark-card" aria-labelledby="benchmark-matrix">
      <header class="benchmark-head">
        <h2 id="benchmark-matrix">{words.heading}</h2>
        <Segmented
          name="benchmark-suite"
          legend={words.suite}
          options={(['strict', 'visible'] as const).map((value) => ({ value, label: words.suites[value] }))}
          value={suite}
          onChange={(value) => looking.change({ suite: value })}
        />
      </header>
      <p class="hint">
        {words.about} {compared && words.changeAbout}
      </p>
      <Filters compared={compared} />
      <p class="hint number" role="status" data-tasks-shown={shown.length}>
        {shown.length === 0 ? words.none : words.shown(shown.length, looking.rows.value.length)}
      </p>
      {shown.length > 0 && <TaskGrid run={run} rows={shown.slice(0, pages * PAGE)} compared={compared} />}
      {rest > 0 && (
        <button type="button" class="more-tasks" onClick={() => setPages(pages + 1)}>
          {words.more(Math.min(PAGE, rest))}
        </button>
      )}
    </section>
  );
}
