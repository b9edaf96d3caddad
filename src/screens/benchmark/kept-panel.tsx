import { KeptItem } from '../../views/kept-item.tsx';
import { works } from './commands.ts';
import { useBenchmarks } from './state.ts';
import { keptCounts } from './state/model.ts';
import { tasksTitle } from './state/options.ts';
import type { Listed } from './state/stored.ts';
import { text } from './text.ts';
import './kept-panel.css';

const words = text.kept;

function Kept({ listed }: { readonly listed: Listed }) {
  const { run, runs, view, remove } = useBenchmarks();
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
    <KeptItem
      title={title}
      shown={run.value?.id === id}
      done={{
        short: words.tasks(done, of),
        about: words.tasksAbout(done, of),
        running: own !== undefined && works(own),
      }}
      created={created}
      words={words}
      confirm={words.confirm}
      onView={() => view(id)}
      onRemove={() => void remove(id)}
    />
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
