/** Long enough for a browser to begin a download. */
const KEPT_MS = 60_000;

/** A file of text, to be taken along. */
export interface NamedText {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly text: string;
}

/** Hands a file to the browser’s downloads. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

export const saveText = ({ name, type, text }: NamedText): void => saveFile(name, new Blob([text], { type }));
