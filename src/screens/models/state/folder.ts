/** A model as the folder that is downloaded. */
import { modelFolder } from '../../../export/model.ts';
import { adapterFiles } from '../../../model/adapter.ts';
import type { NamedFile } from '../../../model/hugging-face.ts';
import type { ModelContent } from './content.ts';

/** A name that every file system takes. */
export function folderName(name: string): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return words || 'model';
}

/** With the adapter that a run trained, and with a model card where it was taken in from elsewhere and its licence is known: that goes where the weights go. */
export function folderFiles(
  folder: string,
  content: ModelContent,
  licence: string | null,
  foreign: boolean,
): NamedFile[] {
  const card = new TextEncoder().encode(`---\nlicense: ${JSON.stringify(licence)}\n---\n`);
  const { config, adapter } = content;
  const files = [
    ...modelFolder(folder, content),
    ...(adapter
      ? adapterFiles(`${folder}/adapter`, config, adapter.about, adapter.factors, adapter.baseHash)
      : []),
  ];
  return foreign && licence !== null ? [...files, [`${folder}/README.md`, card]] : files;
}
