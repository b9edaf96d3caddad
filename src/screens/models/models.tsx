import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { DeletedList } from '../../views/deleted-list.tsx';
import { MessagesList } from '../../views/messages-list.tsx';
import { HubCard } from './hub-card.tsx';
import { ImportCard } from './import-card.tsx';
import { ModelCard } from './model-card.tsx';
import { useModels } from './state.ts';
import { type ModelPlace, PLACES } from './state/catalog.ts';
import { StorageCard } from './storage-card.tsx';
import { text } from './text.ts';
import './models.css';

function Section({ place }: { readonly place: ModelPlace }) {
  const { items: all, downloaded } = useModels().state.value;
  const items = all.filter((item) => item.place === place);
  const words = text.place[place];
  const none =
    place !== 'hub' || downloaded === 'listed'
      ? words.none
      : text[downloaded === 'reading' ? 'opening' : 'unread'];
  return (
    <section class="model-section" aria-labelledby={`models-${place}`}>
      <header>
        <h2 id={`models-${place}`}>{words.heading}</h2>
        <p class="hint">{items.length === 0 ? none : words.about}</p>
      </header>
      {items.map((item) => (
        <ModelCard key={item.id} item={item} />
      ))}
    </section>
  );
}

/** Models: everything that has weights, and what can be done with it. */
export function ModelsScreen() {
  const models = useModels();
  const { status, deleted, messages } = models.state.value;
  useEffect(() => void models.refresh(), [models]);
  const ready = status === 'ready';
  return (
    <main class="screen models">
      <div class="side">
        <StorageCard />
        <HubCard />
        <ImportCard />
      </div>
      <div class="stage" id="models-list">
        <Messages />
        <MessagesList messages={messages} onDismiss={models.dismiss} />
        <DeletedList deleted={deleted} onUndo={(id) => void models.undo(id)} />
        <p class="models-about">{text.about}</p>
        {ready ? (
          PLACES.map((place) => <Section key={place} place={place} />)
        ) : (
          <div class="card models-opening">
            <p>{text.opening}</p>
            <progress aria-label={text.opening} />
          </div>
        )}
      </div>
    </main>
  );
}
