/** What this browser keeps of a visitor's choices. Some private windows refuse storage: nothing is remembered there. */

const PREFIX = 'posterior.';

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // As above.
  }
}
