import { useTasks } from './state.ts';
import { text } from './text.ts';

const DOMAINS = ['code', 'maths'] as const;

/** While there are no tasks: what to do, and the examples one click away. */
export function Beginnings() {
  const { tasks } = useTasks();
  return (
    <section class="card tasks-empty" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p>{text.sets.about}</p>
      <p>{text.sets.none}</p>
      <div class="tasks-buttons">
        {DOMAINS.map((domain, i) => (
          <button
            key={domain}
            type="button"
            class={i === 0 ? 'primary' : ''}
            onClick={() => void tasks.openExample(domain)}
          >
            {text.sets.example[domain]}
          </button>
        ))}
        {DOMAINS.map((domain) => (
          <button key={domain} type="button" onClick={() => tasks.createSet(domain)}>
            {text.sets.addOf[domain]}
          </button>
        ))}
      </div>
    </section>
  );
}
