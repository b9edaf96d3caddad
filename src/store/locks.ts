/** The right to train a run, or to change what is kept under its key. */
export const runLock = (key: string): string => `run:${key}`;

/** The right to write what is kept under a key. */
export const checkpointLock = (key: string): string => `checkpoint:${key}`;

/** Runs `work` while no other tab or worker holds the lock; waits for it. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return (await navigator.locks.request(name, work)) as T;
}

/** Runs `work` if the lock is free now; null when somebody holds it. */
export async function withFreeLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  return (await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? work() : null,
  )) as T | null;
}

/** Takes the lock and keeps it until the returned function is called or the page goes away; null when it is held. */
export async function holdLock(name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => resolve(() => release()));
    };
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(reject);
  });
}
