import { useState } from 'preact/hooks';
import { domainOf } from '../../domains/index.ts';
import type { Rollout } from '../../rl/types.ts';
import { CompletionRow, RowHead } from '../../views/completion-row.tsx';
import { GatePlot } from '../../views/gate-plot.tsx';
import { GroupCard } from '../../views/group-card.tsx';
import { GroupList } from '../../views/group-list.tsx';
import { Segmented } from '../../views/segmented.tsx';
import { CompletionTools } from './completion-tools.tsx';
import { LIST_ID } from './ids.ts';
import { move, spot } from './place.ts';
import type { ShownStep } from './state/browser.ts';
import { EVERYTHING, isNarrow } from './state/filter.ts';
import { SCOPES, useRollouts, type Scope } from './state.ts';
import { text } from './text.ts';
import { TokensPanel } from './tokens-panel.tsx';
import './list-panel.css';

const words = text.list;
/** Rows of a whole step that are drawn at once. */
const PAGE = 50;

const more = (rollout: Rollout) => (
  <div class="more-of-it">
    <CompletionTools rollout={rollout} />
    <TokensPanel rollout={rollout} />
  </div>
);

function None({ what }: { readonly what: string }) {
  const { look } = useRollouts();
  return (
    <p class="nothing-listed">
      {what}{' '}
      <button type="button" class="link" onClick={() => look({ filter: EVERYTHING })}>
        {words.all}
      </button>
    </p>
  );
}

function Groups({ shown }: { readonly shown: ShownStep }) {
  const { browser, groups } = useRollouts();
  const { group, completion } = spot();
  const at = Math.min(group, groups.value.length - 1);
  const open = groups.value[at];
  const tasks = browser.tasks.value;
  return (
    <div class="card groups-of-step">
      <GroupList
        groups={shown.gated.groups}
        tasks={tasks}
        selected={at}
        onSelect={(g) => move({ group: g, completion: null })}
      />
      {open && (
        <div class="group-of-step">
          <GroupCard
            group={open}
            task={tasks[open.taskId]}
            domain={domainOf(shown.config)}
            selected={completion}
            open={completion !== null}
            reveal={completion !== null}
            more={more}
            onSelect={(c, opened) => move({ group: at, completion: opened ? c : null })}
          />
          {open.order.length === 0 && <None what={words.noneInGroup} />}
        </div>
      )}
    </div>
  );
}

function WholeStep({ shown }: { readonly shown: ShownStep }) {
  const { browser, listed } = useRollouts();
  const [pages, setPages] = useState(1);
  const { group, completion } = spot();
  const list = listed.value;
  const tasks = browser.tasks.value;
  const domain = domainOf(shown.config);
  const isOpen = (rollout: Rollout): boolean => rollout.group === group && rollout.index === completion;
  const opened = list.findIndex(({ rollout }) => isOpen(rollout));
  const drawn = Math.max(pages * PAGE, opened + 1);
  return (
    <div class="card group-card">
      {list.length === 0 ? (
        <None what={words.none} />
      ) : (
        <>
          <RowHead />
          <ol class="completions">
            {list.slice(0, drawn).map((each) => {
              const { rollout } = each;
              const task = tasks[rollout.taskId];
              const open = isOpen(rollout);
              return (
                <CompletionRow
                  key={`${rollout.group}/${rollout.index}`}
                  heading={words.of(rollout.group + 1, task?.label ?? rollout.taskId)}
                  completion={each}
                  task={task}
                  domain={domain}
                  selected={open}
                  open={open}
                  reveal={open}
                  more={more}
                  onToggle={() => move({ group: rollout.group, completion: open ? null : rollout.index })}
                />
              );
            })}
          </ol>
          {drawn < list.length && (
            <button type="button" class="more-rows" onClick={() => setPages(pages + 1)}>
              {words.more(Math.min(PAGE, list.length - drawn))}
            </button>
          )}
        </>
      )}
    </div>
  );
}

function Plot({ shown }: { readonly shown: ShownStep }) {
  const { look } = useRollouts();
  const { group, completion } = spot();
  return (
    <div class="card plot-of-step">
      <GatePlot
        step={shown.gated}
        gate={shown.config.gate}
        group={group}
        completion={completion}
        scope="all"
        onSelect={(g, c) => {
          move({ group: g, completion: c });
          look({ scope: 'groups' });
        }}
      />
    </div>
  );
}

const VIEWS: Readonly<Record<Scope, typeof Groups>> = { groups: Groups, step: WholeStep, plot: Plot };

/** The completions of the step on view. */
export function ListPanel() {
  const { browser, listed, view, look } = useRollouts();
  const shown = browser.shown.value;
  const { scope, filter } = view.value;
  const View = VIEWS[scope];
  const reading = shown?.step !== browser.wanted.value;
  return (
    <section id={LIST_ID} class="completions-of-step" aria-label={words.heading}>
      <div class="list-head">
        <h2>{words.heading}</h2>
        <Segmented
          name="rollouts-scope"
          legend={words.scope}
          options={SCOPES.map((value) => ({ value, label: words.scopes[value] }))}
          value={scope}
          onChange={(to) => look({ scope: to })}
        />
        {shown && (
          <p class="hint number" role="status">
            {isNarrow(filter) && words.shown(listed.value.length, shown.gated.count)}
          </p>
        )}
      </div>
      <div class={reading ? 'stale' : ''} aria-busy={reading}>
        {shown ? <View shown={shown} /> : <div class="card awaiting" />}
      </div>
    </section>
  );
}
