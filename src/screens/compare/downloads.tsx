import { type NamedText, saveText } from '../../app/save-file.ts';
import { Downloads as DownloadsCard } from '../../views/downloads.tsx';
import { text } from './text.ts';

const { heading, failed, pictures, kind: kinds } = text.download;

export type DownloadKind = keyof typeof kinds;

/** What makes the files of each kind that is offered. */
export type Makers = Readonly<Partial<Record<DownloadKind, () => Promise<readonly NamedText[]>>>>;

/** Files to take along. */
export function Downloads({ makers }: { readonly makers: Makers }) {
  const offered = (Object.keys(kinds) as DownloadKind[]).filter((kind) => makers[kind]);
  const get = async (kind: DownloadKind): Promise<void> => {
    for (const file of (await makers[kind]?.()) ?? []) saveText(file);
  };
  return (
    <DownloadsCard
      heading={heading}
      files={offered.map((kind) => ({ kind, ...kinds[kind] }))}
      failed={failed}
      note={pictures}
      get={get}
    />
  );
}
