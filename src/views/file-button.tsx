import { useRef } from 'preact/hooks';

interface Props {
  /** Of the field that holds the files. */
  readonly id: string;
  readonly label: string;
  /** Endings and media types, as an `accept` attribute has them. */
  readonly accept?: string;
  /** One file, several, or a folder, whose files bring their paths. */
  readonly takes?: 'file' | 'files' | 'folder';
  readonly disabled?: boolean;
  /** Hears of at least one file. */
  readonly onPick: (files: readonly File[]) => void;
}

/** A button that lets files be picked: the browser's own field is out of sight. */
export function FileButton({ id, label, accept, takes = 'file', disabled = false, onPick }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const pick = (field: HTMLInputElement): void => {
    const files = [...(field.files ?? [])];
    // The same file, changed, can be picked again.
    field.value = '';
    if (files.length > 0) onPick(files);
  };
  return (
    <>
      <input
        ref={input}
        id={id}
        type="file"
        multiple={takes !== 'file'}
        {...(takes === 'folder' ? { webkitdirectory: true } : {})}
        {...(accept === undefined ? {} : { accept })}
        class="visually-hidden"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => pick(event.currentTarget)}
      />
      <button type="button" disabled={disabled} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}
