import { grouped } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { useRollouts } from './state.ts';
import { QUERY_ID } from './ids.ts';
import { EVERYTHING, isNarrow, OUTCOMES, type OutcomeFilter } from './state/filter.ts';
import { SORTS, type Sort, usualOrder } from './state/sort.ts';
import { text } from './text.ts';
import './find-panel.css';

const words = text.filter;

/** Where there is little room, it is opened on request. */
const isWide = (): boolean => matchMedia('(min-width: 901px)').matches;

/** The families of the run's tasks, where these are at hand. */
function familiesOf(tasks: Readonly<Record<string, { readonly family: string }>>): string[] {
  return [...new Set(Object.values(tasks).map(({ family }) => family))].sort();
}

function Sorting() {
  const { view, look } = useRollouts();
  const { order } = view.value;
  return (
    <div class="field">
      <label for="rollouts-sort">{words.sort}</label>
      <select
        id="rollouts-sort"
        value={order.by}
        onChange={(event) => look({ order: usualOrder(event.currentTarget.value as Sort) })}
      >
        {SORTS.map((by) => (
          <option key={by} value={by}>
            {words.sorts[by]}
          </option>
        ))}
      </select>
      <label class="check">
        <input
          type="checkbox"
          checked={order.descending}
          onChange={(event) => look({ order: { ...order, descending: event.currentTarget.checked } })}
        />
        {words.descending}
      </label>
    </div>
  );
}

/** What is listed, and in which order; on request, what of the whole run is like that. */
export function FindPanel() {
  const { browser, hunt, view, look } = useRollouts();
  const { filter } = view.value;
  const families = familiesOf(browser.tasks.value);
  const steps = browser.steps.value?.numbers.length ?? 0;
  const set = (change: Partial<typeof filter>): void => look({ filter: { ...filter, ...change } });
  return (
    <details class="card find-box" open={isWide()}>
      <summary>
        <strong>{words.heading}</strong>
      </summary>
      <section class="rollouts-card" aria-label={words.heading}>
        <h2>{words.heading}</h2>
        <form
          class="find"
          onSubmit={(event) => {
            event.preventDefault();
            if (isNarrow(filter)) void hunt.search(filter);
          }}
        >
          <div class="field">
            <label for={QUERY_ID}>{words.query}</label>
            <input
              id={QUERY_ID}
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={filter.query}
              aria-describedby={`${QUERY_ID}-about`}
              onInput={(event) => set({ query: event.currentTarget.value })}
            />
            <p id={`${QUERY_ID}-about`} class="hint">
              {words.queryAbout}
            </p>
          </div>
          <div class="field">
            <label for="rollouts-outcome">{words.outcome}</label>
            <select
              id="rollouts-outcome"
              value={filter.outcome}
              onChange={(event) => set({ outcome: event.currentTarget.value as OutcomeFilter })}
            >
              {OUTCOMES.map((outcome) => (
                <option key={outcome} value={outcome}>
                  {words.outcomes[outcome]}
                </option>
              ))}
            </select>
          </div>
          {families.length > 0 && (
            <div class="field">
              <label for="rollouts-family">{words.family}</label>
              <select
                id="rollouts-family"
                value={filter.family ?? ''}
                onChange={(event) => set({ family: event.currentTarget.value || null })}
              >
                <option value="">{words.anyFamily}</option>
                {families.map((family) => (
                  <option key={family} value={family}>
                    {family}
                  </option>
                ))}
              </select>
            </div>
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={filter.withheld}
              onChange={(event) => set({ withheld: event.currentTarget.checked })}
            />
            <span>
              <Maths text={words.withheld} />
            </span>
          </label>
          <div class="find-buttons">
            <button type="submit" disabled={!isNarrow(filter)}>
              {words.wholeRun(grouped(steps))}
            </button>
            <button type="button" disabled={!isNarrow(filter)} onClick={() => look({ filter: EVERYTHING })}>
              {words.clear}
            </button>
          </div>
          <Sorting />
        </form>
      </section>
    </details>
  );
}
