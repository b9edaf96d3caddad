import { usePage } from '../../app/page.ts';
import { useTasks } from './state.ts';
import { whyNotTrain } from './state/training.ts';
import { text } from './text.ts';

const words = text.use;

/** The way to the Lab with the open list. */
export function UseCard() {
  const { slice } = usePage();
  const page = useTasks();
  const why = whyNotTrain(page.tasks.state.value.open, slice('taskFiles'));
  return (
    <section class="card tasks-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p class="hint" id="tasks-train-about">
        {why ?? words.about}
      </p>
      <div class="tasks-buttons">
        <button
          type="button"
          class="primary"
          disabled={why !== null}
          aria-describedby="tasks-train-about"
          onClick={() => void page.train()}
        >
          {words.train}
        </button>
      </div>
    </section>
  );
}
