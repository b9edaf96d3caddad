import { useState } from 'preact/hooks';
import { shownTheme } from '../../app/theme.ts';
import { messageOf } from '../../errors.ts';
import { type Drawable, PICTURES, type PictureKind, savePicture } from './state/pictures.ts';
import { text } from './text.ts';
import './chart-tools.css';

const words = text.picture;

interface Props {
  readonly title: string;
  /** Of the file, without its ending. */
  readonly name: string;
  readonly drawn: Drawable;
}

/** A chart to take along. */
export function ChartTools({ title, name, drawn }: Props) {
  const [error, setError] = useState<string | null>(null);
  const get = (kind: PictureKind): void => {
    setError(null);
    savePicture(name, drawn, kind, shownTheme.peek()).catch((caught: unknown) => setError(messageOf(caught)));
  };
  return (
    <>
      {PICTURES.map((kind) => (
        <button
          key={kind}
          type="button"
          class="quiet picture"
          data-picture={kind}
          aria-label={words.label(words.kind[kind], title)}
          onClick={() => get(kind)}
        >
          {words.kind[kind]}
        </button>
      ))}
      {error !== null && (
        <span role="alert" class="field-error">
          {words.failed(error)}
        </span>
      )}
    </>
  );
}
