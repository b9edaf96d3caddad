import { useState } from 'preact/hooks';
import { works } from './commands.ts';
import { useBenchmarks } from './state.ts';
import { keptCounts } from './state/model.ts';
import { tasksTitle } from './state/options.ts';
import type { Listed } from './state/stored.ts';
import { text } from './text.ts';
import './kept-panel.css';

const words = text.kept;

/** A kept benchmark: a click shows it; deleting it asks once more, since its samples took their time. */
function Kept({ listed }: { readonly listed: Listed }) {
  const { run, runs, view, remove } = useBenchmarks();
  const [asking, setAsking] = useState(false);
  const { id, created, plan } = listed;
  const own = runs.value.get(id);
  const counts = keptCounts(listed, own);
  const usual = counts.find(({ of }) => of !== null)?.of ?? plan.limit ?? 0;
  const done = counts.reduce((sum, each) => sum + each.done, 0);
  const of = counts.reduce((sum, each) => sum + (each.of ?? usual), 0);
  const title = text.run.title(
    plan.policies.map(({ name }) => name),
    tasksTitle(plan.tasks.name),
  );
  return (
    <li class="kept-benchmark" aria-current={run.value?.id === id ? 'true' : undefined}>
      <button type="button" class="link" onClick={() => view(id)}>
        {title}
      </button>
      <span class="number" title={words.tasksAbout(done, of)}>
        {own && works(own) && <span class="status-dot running" />}
        <span class="visually-hidden">{words.tasksAbout(done, of)}</span>
        <span aria-hidden="true">{words.tasks(done, of)}</span>
      </span>
      <time class="hint" dateTime={new Date(created).toISOString()}>
        {new Date(created).toLocaleString()}
      </time>
      {asking ? (
        <p class="confirm">
          <span>{words.confirm}</span>
          <button type="button" onClick={() => void remove(id)}>
            {words.remove}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            {words.keep}
          </button>
        </p>
      ) : (
        <button
          type="button"
          class="link remove"
          aria-label={words.removeAbout(title)}
          onClick={() => setAsking(true)}
        >
          {words.remove}
        </button>
      )}
    </li>
  );
}

/** What was evaluated before. */
export function KeptPanel() {
  const { kept } = useBenchmarks().state.value;
  if (kept.length === 0) return null;
  return (
    <section class="card kept-benchmarks" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <ul>
        {kept.map((listed) => (
          <Kept key={listed.id} listed={listed} />
        ))}
      </ul>
    </section>
  );
}
