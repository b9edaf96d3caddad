import { useTasks } from './state.ts';
import { text } from './text.ts';

const words = text.link;

/** What the link brings, before any of it is kept. */
export function OfferCard() {
  const { tasks } = useTasks();
  const { offer, sets, status, importing, checkingAll } = tasks.state.value;
  if (!offer) return null;
  const busy = status !== 'ready' || importing !== null || checkingAll !== null;
  return (
    <section class="card tasks-card offer-card" aria-label={words.heading}>
      <h2>{words.heading}</h2>
      <p>{words.brings(offer.name, offer.count)}</p>
      <p class="hint">
        {words.about} {sets.some(({ name }) => name === offer.name) && words.sameName}
      </p>
      <div class="tasks-buttons">
        <button type="button" class="primary" disabled={busy} onClick={() => void tasks.keepOffer()}>
          {words.keep}
        </button>
        <button type="button" disabled={busy} onClick={tasks.leaveOffer}>
          {words.leave}
        </button>
      </div>
    </section>
  );
}
