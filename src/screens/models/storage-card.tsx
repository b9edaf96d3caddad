import { useModels } from './state.ts';
import { text } from './text.ts';
import './storage-card.css';

const words = text.storage;

/** How much is stored, how much can be, and whether the browser promised to keep it. */
export function StorageCard() {
  const models = useModels();
  const { usage, items } = models.state.value;
  const own = items.filter(({ place }) => place !== 'site');
  const bytes = own.reduce((total, item) => total + item.bytes, 0);
  const { usedBytes = null, quotaBytes = null, persisted = false } = usage ?? {};
  const known = usedBytes !== null && quotaBytes !== null && quotaBytes > 0;
  return (
    <section class="card storage-card" aria-labelledby="models-storage">
      <h2 id="models-storage">{words.heading}</h2>
      {known && (
        <meter aria-label={words.meter} min={0} max={quotaBytes} high={quotaBytes * 0.9} value={usedBytes} />
      )}
      <p>{known ? words.used(usedBytes, quotaBytes) : words.unknown}</p>
      <p class="hint">{words.kept(bytes, own.length)}</p>
      <p class="hint">{persisted ? words.persisted : words.notPersisted}</p>
      {!persisted && (
        <button type="button" disabled={usage === null} onClick={() => void models.persist()}>
          {words.ask}
        </button>
      )}
    </section>
  );
}
