import type { Ref } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { GenerationsTable } from './generations-table.tsx';
import { FileButton } from '../../views/file-button.tsx';
import type { KeptHubModel } from '../../workspace/hub-models.ts';
import { useModels } from './state.ts';
import type { ModelItem } from './state/catalog.ts';
import { pickedFiles } from './state/dropped.ts';
import { text } from './text.ts';
import './model-card.css';

const words = text.action;

interface Props {
  readonly item: ModelItem;
}

interface ButtonProps {
  readonly disabled?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** The name while it is changed. */
function Name({ item, onDone }: Props & { readonly onDone: () => void }) {
  const models = useModels();
  const [name, setName] = useState(item.name);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const save = (event: Event): void => {
    event.preventDefault();
    const typed = name.trim();
    if (typed !== '' && typed !== item.name) void models.rename(item, typed);
    onDone();
  };
  return (
    <form class="model-rename" onSubmit={save}>
      <input
        type="text"
        aria-label={text.renameLabel(item.name)}
        value={name}
        maxLength={80}
        autocomplete="off"
        ref={field}
        onKeyDown={({ key }) => key === 'Escape' && onDone()}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit">{text.save}</button>
      <button type="button" onClick={onDone}>
        {text.cancel}
      </button>
    </form>
  );
}

function Facts({ item }: Props) {
  const { id, origin, created, domain, licence, recipe, place, hub } = item;
  const { checked } = useModels().state.value;
  const hash = item.hash ?? checked[id]?.hash ?? null;
  const fact = text.fact;
  return (
    <dl class="item-facts">
      <div>
        <dt>{fact.origin}</dt>
        <dd>
          {hub ? (
            <a href={hub.model.address} target="_blank" rel="noreferrer">
              {origin}
            </a>
          ) : (
            origin
          )}
        </dd>
      </div>
      {created !== null && (
        <div>
          <dt>{fact.made}</dt>
          <dd>
            <time dateTime={new Date(created).toISOString()}>{new Date(created).toLocaleString()}</time>
          </dd>
        </div>
      )}
      {domain !== null && (
        <div>
          <dt>{fact.domain}</dt>
          <dd>{domain}</dd>
        </div>
      )}
      <div>
        <dt>{fact.licence}</dt>
        <dd>{licence ?? fact.noLicence[place]}</dd>
      </div>
      {hub ? <HubFacts hub={hub} /> : <OwnFacts hash={hash} recipe={recipe} />}
    </dl>
  );
}

function HubFacts({ hub: { model } }: { readonly hub: KeptHubModel }) {
  const fact = text.hub.fact;
  return (
    <>
      <div>
        <dt>{fact.architecture}</dt>
        <dd>{model.architecture ?? fact.unknown}</dd>
      </div>
      <div>
        <dt>{fact.base}</dt>
        <dd>{model.baseModels.join(', ') || fact.noBase}</dd>
      </div>
    </>
  );
}

function OwnFacts({ hash, recipe }: Pick<ModelItem, 'hash' | 'recipe'>) {
  const fact = text.fact;
  return (
    <>
      <div class="wide">
        <dt>{fact.hash}</dt>
        <dd>
          {hash === null ? <span class="hint">{fact.noHash}</span> : <code class="model-hash">{hash}</code>}
        </dd>
      </div>
      <div class="wide">
        <dt>{fact.recipe}</dt>
        <dd>
          {recipe === null ? <span class="hint">{fact.noRecipe}</span> : <pre class="code">{recipe}</pre>}
        </dd>
      </div>
    </>
  );
}

/** The way in for adapters that were trained beside the model. */
function Adapter({ item }: Props) {
  const models = useModels();
  return (
    <div class="model-adapter">
      <FileButton
        id={`adapter-${item.id}`}
        label={text.adapter.merge}
        accept=".json,.safetensors"
        takes="files"
        disabled={models.state.value.work[item.id] !== undefined}
        onPick={(files) => void models.mergeAdapter(item, pickedFiles(files))}
      />
      <p class="hint">{text.adapter.about}</p>
    </div>
  );
}

interface ActionsProps extends Props {
  /** The button that begins to rename it, where the focus returns to. */
  readonly renaming: Ref<HTMLButtonElement>;
  readonly onRename: () => void;
}

function Actions({ item, renaming, onRename }: ActionsProps) {
  const models = useModels();
  const { name, place, role } = item;
  const stored = place !== 'site';
  const button = (label: string, about: string, press: () => void, more: ButtonProps = {}) => (
    <button type="button" title={about} aria-label={words.named(label, name)} onClick={press} {...more}>
      {label}
    </button>
  );
  const trains = models.trains;
  const { hub } = item;
  const remove = (about: string) => button(words.remove, about, () => void models.remove(item));
  if (hub && !hub.whole)
    return (
      <div class="model-actions">
        {button(text.hub.goOn, text.hub.goOnAbout(name), () => void models.hub.goOn(hub.model), {
          disabled: models.hub.state.value.step === 'downloading',
        })}
        {remove(text.hub.removeAbout(name, hub.ownBytes))}
      </div>
    );
  return (
    <div class="model-actions">
      {role === 'policy'
        ? button(words.branch, trains ? words.branchAbout(name) : text.demo, () => void models.branch(item), {
            disabled: !trains,
          })
        : button(words.use, trains ? words.useAbout(name) : text.demo, () => void models.useReward(item), {
            disabled: !trains,
          })}
      {!hub && button(words.download, words.downloadAbout(name), () => void models.download(item))}
      {stored && button(words.check, words.checkAbout(name), () => void models.check(item))}
      {stored && !hub && button(words.rename, words.renameAbout(name), onRename, { ref: renaming })}
      {stored && remove(hub ? text.hub.removeAbout(name, hub.ownBytes) : words.removeAbout(name))}
    </div>
  );
}

/** What is being done with it, or what the last check found. */
function Status({ item }: Props) {
  const models = useModels();
  const { work, checked } = models.state.value;
  const doing = work[item.id];
  const found = checked[item.id];
  const now = models.hub.state.value;
  const { hub } = item;
  const going = now.step === 'downloading' && now.model.commit === hub?.key;
  return (
    <div role="status" class="model-status">
      {doing ? (
        <>
          <span class="hint">{doing.label}</span>
          <progress aria-label={doing.label} value={doing.fraction ?? undefined} />
        </>
      ) : (
        found && (
          <p class={found.damaged.length > 0 ? 'field-error' : 'hint'}>
            {found.damaged.length > 0
              ? (hub ? text.hub : text).damaged(found.damaged)
              : (hub ? text.hub : text).checked(found.chunks, found.bytes)}
          </p>
        )
      )}
      {hub && !hub.whole && !going && (
        <p class="hint">{text.hub.interrupted(hub.hereBytes, hub.model.sizeBytes)}</p>
      )}
    </div>
  );
}

/** A model: what it is, where it comes from, and what can be done with it. */
export function ModelCard({ item }: Props) {
  const [renaming, setRenaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const done = (): void => {
    setRenaming(false);
    button.current?.focus();
  };
  const { id, name, role, parameters, bytes, generations } = item;
  return (
    <article class="card model-item" data-model={id}>
      <div class="model-head">
        {renaming ? <Name item={item} onDone={done} /> : <h3>{name}</h3>}
        <span class={`model-role ${role}`}>{text.role[role]}</span>
        <span class="number hint" title={text.sizeAbout}>
          {text.size(parameters, bytes)}
        </span>
        <Actions item={item} renaming={button} onRename={() => setRenaming(true)} />
      </div>
      <Status item={item} />
      <details class="more">
        <summary>{text.details}</summary>
        <Facts item={item} />
        {role === 'policy' && (item.hub?.whole ?? true) && <Adapter item={item} />}
        {generations.length > 0 && <GenerationsTable item={item} />}
      </details>
    </article>
  );
}
