import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../../text/index.ts';
import type { Appearance } from '../appearance.ts';
import { copied } from '../copy.ts';
import { PRESET_TASKS } from '../own-tasks.ts';
import { loadedScreen } from '../loaded-screens.ts';
import { usePage } from '../page.ts';
import { moved } from '../place.ts';
import type { Packed, Screen } from '../screen.ts';
import { look, ui } from '../ui-state.ts';
import { writeHash } from '../url.ts';
import './share-dialog.css';

const words = text.share;

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

const Check = ({ label, checked, onChange }: CheckProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={checked}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
    {label}
  </label>
);

/** A text to take along, with a button that copies it. */
function Copied({
  id,
  label,
  value,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}) {
  const [said, say] = useState('');
  useEffect(() => say(''), [value]);
  const copy = (): void => {
    void copied(value).then((done) => say(done ? words.copied : words.notCopied));
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copied">
        <textarea
          id={id}
          class="code"
          rows={3}
          readOnly
          value={value}
          onFocus={(e) => e.currentTarget.select()}
        />
        <button type="button" onClick={copy}>
          {words.copy}
        </button>
      </div>
      <p class="hint" role="status">
        {said}
      </p>
    </div>
  );
}

/** The link to the place that is open, for a class, an audience, or another page. */
export function ShareDialog({ screen }: { readonly screen: Screen }) {
  const page = usePage();
  const { slice, screens } = page;
  const dialog = useRef<HTMLDialogElement>(null);
  const { place, share: open } = ui.value;
  const [as, setAs] = useState<Appearance>(place.as);
  const [packed, setPacked] = useState<Packed | null>(null);
  const close = (): void => look({ share: false });
  useEffect(() => {
    if (open) {
      setAs(ui.peek().place.as);
      setPacked(null);
      dialog.current?.showModal();
    } else dialog.current?.close();
  }, [open]);
  const settings = slice('settings');
  const parts = { ...words.parts, ...screen.parts };
  const leave = (part: string, out: boolean): void =>
    setAs({ ...as, hide: out ? [...as.hide, part] : as.hide.filter((each) => each !== part) });
  const enclosure = open ? (loadedScreen(screen)?.enclosure?.(page) ?? null) : null;
  const bring = (along: boolean): void => {
    if (along) void enclosure?.pack().then(setPacked);
    else setPacked(null);
  };
  const to = moved({ ...place, as }, place.screen, packed?.at ?? {});
  const link = new URL(writeHash(settings, to, screens), location.href).href;
  return (
    <dialog ref={dialog} class="share" aria-labelledby="share-title" onClose={close}>
      <h2 id="share-title">{words.title}</h2>
      <p class="hint">
        {words.about} {settings.tasks !== PRESET_TASKS && words.ownTasks}
      </p>
      <fieldset>
        <legend>{words.hide}</legend>
        {Object.entries(parts).map(([part, label]) => (
          <Check
            key={part}
            label={label}
            checked={as.hide.includes(part)}
            onChange={(out) => leave(part, out)}
          />
        ))}
      </fieldset>
      <Check label={words.large} checked={as.large} onChange={(large) => setAs({ ...as, large })} />
      <Check label={words.embed} checked={as.embed} onChange={(embed) => setAs({ ...as, embed })} />
      {enclosure && <Check label={enclosure.label} checked={packed !== null} onChange={bring} />}
      <p class="hint" role="status">
        {packed?.about}
      </p>
      {packed?.instead && (
        <button type="button" onClick={packed.instead.perform}>
          {packed.instead.label}
        </button>
      )}
      {as.embed ? (
        <Copied
          id="share-frame"
          label={words.frame}
          value={`<iframe src="${link.replaceAll('&', '&amp;')}" title="Posterior: ${screen.title}" width="100%" height="700"></iframe>`}
        />
      ) : (
        <Copied id="share-link" label={words.link} value={link} />
      )}
      <button type="button" onClick={close}>
        {words.close}
      </button>
    </dialog>
  );
}
