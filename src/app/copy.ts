/** Puts a text on the clipboard, where the browser allows that. Pages without a secure context have no clipboard at all. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
