import type { LabOptions } from '../lab.ts';

type Own = Required<Omit<LabOptions['own'], 'messages'>> & Pick<LabOptions['own'], 'messages'>;

/** States that are hard to reach by hand, by the name that follows `?demo=`. */
export function scenario(name: string, from: Own): Own {
  switch (name) {
    case 'loading':
      return {
        ...from,
        status: 'loading',
        device: null,
        loading: { label: 'Starting policy (1.4 of 3.9 MB)', fraction: 0.36 },
      };
    case 'failed':
      return {
        ...from,
        status: 'failed',
        messages: [
          {
            id: 'storage',
            kind: 'error',
            what: 'The browser refused to store the checkpoint of step 30: the disk quota is used up.',
            kept: 'The run up to step 20 is stored and can be continued.',
            todo: 'Delete a stored run or free disk space, then continue.',
          },
        ],
      };
    case 'stored':
      return {
        ...from,
        stored: [
          {
            id: 'run-1',
            status: 'unfinished',
            preset: from.settings.preset,
            gate: 'posterior',
            seed: 3,
            stepsDone: 40,
            steps: 100,
            updatedAt: Date.UTC(2026, 0, 2, 12),
          },
        ],
      };
    default:
      return from;
  }
}
