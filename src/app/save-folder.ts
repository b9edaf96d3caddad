import type { NamedFile } from '../model/hugging-face.ts';

/** Hands a folder to the browser’s downloads, as one zip file. */
export async function saveFolder(name: string, files: readonly NamedFile[]): Promise<void> {
  const { downloadZip } = await import('client-zip');
  const zip = await downloadZip(files.map(([path, input]) => ({ name: path, input }))).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(zip);
  link.download = `${name}.zip`;
  link.click();
  URL.revokeObjectURL(link.href);
}
