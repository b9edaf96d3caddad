import { spoken } from '../../text/spoken.ts';

export const text = spoken('lesson', {
  title: 'Lesson',
  skip: 'Skip to the lesson',
  heading: 'How Posterior-GRPO teaches a small model to write programs',
  intro:
    'Nine short chapters on real recordings: every number comes from a run of this project, or is computed from one while you read. Scroll, and make a prediction now and then. The keys n and p go to the next and the previous chapter.',
  chapters: 'Chapters',
  predicted: 'prediction made',
  chapter: (n: number) => `Chapter ${n}`,
  next: 'Next chapter',
  back: 'Previous chapter',
  loading: 'Fetching the recording',
  failed: {
    what: 'The lesson’s recording could not be read.',
    kept: 'Your runs and settings are not touched by this.',
    again: 'Try again',
  },
});
