import { StorageSilentError } from './errors.ts';

/** Storage answers in a fraction of this; after it a person is told why nothing happens. */
export const SILENT_MS = 10_000;

/** What the browser's file storage answers. @throws StorageSilentError where it does not in time */
export async function answered<T>(asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new StorageSilentError(
            'The browser’s file storage, where downloaded models are kept, does not answer. Close other tabs of this site, and reload this one.',
          ),
        ),
      SILENT_MS,
    );
  });
  try {
    return await Promise.race([asked, silent]);
  } finally {
    clearTimeout(timer);
  }
}
