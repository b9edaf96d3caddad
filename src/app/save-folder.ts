import type { NamedFile } from '../model/hugging-face.ts';
import { saveFile } from './save-file.ts';

/** Hands a folder to the browser’s downloads, as one zip file. */
export async function saveFolder(name: string, files: readonly NamedFile[]): Promise<void> {
  const { downloadZip } = await import('client-zip');
  const zip = downloadZip(files.map(([path, input]) => ({ name: path, input })));
  saveFile(`${name}.zip`, await zip.blob());
}
