import { useEffect, useRef } from 'preact/hooks';
import type { HubModel } from '../../model/sources/hub.ts';
import { useModels } from './state.ts';
import { text } from './text.ts';
import './hub-card.css';

const words = text.hub;

/** An id, and a token for what is not open to everybody. `gated` is the id of one that cannot go on without. */
function Ask({ gated }: { readonly gated: string | undefined }) {
  const { hub } = useModels();
  const id = useRef<HTMLInputElement>(null);
  const token = useRef<HTMLInputElement>(null);
  const details = useRef<HTMLDetailsElement>(null);
  const looking = hub.state.value.step === 'looking';
  useEffect(() => {
    if (gated === undefined || !id.current || !details.current) return;
    id.current.value = gated;
    details.current.open = true;
    token.current?.focus();
  }, [gated]);
  const look = (event: Event): void => {
    event.preventDefault();
    void hub.look(id.current?.value ?? '', token.current?.value ?? '');
    if (token.current) token.current.value = '';
  };
  return (
    <form class="hub-form" onSubmit={look}>
      <label for="hub-id">{words.id}</label>
      <input
        id="hub-id"
        ref={id}
        type="text"
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder={words.example}
        aria-describedby="hub-id-about"
      />
      <p id="hub-id-about" class="hint">
        {words.idAbout}
      </p>
      <details ref={details}>
        <summary>{words.token}</summary>
        <label for="hub-token">{words.tokenLabel}</label>
        <input
          id="hub-token"
          ref={token}
          type="password"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="hub-token-about"
        />
        <p id="hub-token-about" class="hint">
          {words.tokenAbout}
        </p>
      </details>
      <div class="hub-buttons">
        <button type="submit" disabled={looking}>
          {words.look}
        </button>
        {looking && (
          <button type="button" onClick={hub.leave}>
            {text.cancel}
          </button>
        )}
      </div>
    </form>
  );
}

/** What a model is, before anything of it is downloaded. */
function Found({ model }: { readonly model: HubModel }) {
  const { hub } = useModels();
  const { id, address, commit, sizeBytes, parameters, licence, baseModels, architecture, unusable } = model;
  const facts = [
    [words.fact.size, text.size(parameters, sizeBytes)],
    [words.fact.architecture, architecture ?? words.fact.unknown],
    [words.fact.licence, licence ?? words.fact.noLicence],
    [words.fact.base, baseModels.length > 0 ? baseModels.join(', ') : words.fact.noBase],
    [words.fact.commit, commit.slice(0, 10)],
  ] as const;
  return (
    <div class="hub-found">
      <h3>
        <a href={address} target="_blank" rel="noreferrer">
          {id}
        </a>
      </h3>
      <dl class="item-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {unusable !== null && <p class="field-error">{words.unusable(unusable)}</p>}
      <div class="hub-buttons">
        <button type="button" class="primary" disabled={unusable !== null} onClick={() => void hub.agree()}>
          {words.download(sizeBytes)}
        </button>
        <button type="button" onClick={hub.leave}>
          {text.cancel}
        </button>
      </div>
    </div>
  );
}

/** The way in for models of the Hugging Face hub. */
export function HubCard() {
  const { hub } = useModels();
  const now = hub.state.value;
  return (
    <section class="card hub-card" aria-labelledby="models-hub-card">
      <h2 id="models-hub-card">{words.heading}</h2>
      {(now.step === 'idle' || now.step === 'looking') && (
        <Ask gated={now.step === 'idle' ? now.gated : undefined} />
      )}
      {now.step === 'found' && <Found model={now.model} />}
      <div role="status" class="import-status">
        {now.step === 'looking' && (
          <>
            <p class="hint">{words.looking(now.id)}</p>
            <progress aria-label={words.looking(now.id)} />
          </>
        )}
        {now.step === 'downloading' && (
          <>
            <p class="hint">
              {now.progress
                ? words.progress(now.progress.doneBytes, now.progress.totalBytes, now.progress.file)
                : words.beginning}
            </p>
            <progress
              aria-label={words.downloading(now.model.id)}
              value={now.progress ? now.progress.doneBytes / now.progress.totalBytes : undefined}
            />
          </>
        )}
      </div>
      {now.step === 'downloading' && (
        <button type="button" onClick={hub.stop}>
          {words.stop}
        </button>
      )}
      <p class="hint">{words.connects}</p>
    </section>
  );
}
