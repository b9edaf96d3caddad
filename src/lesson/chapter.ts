import type { ComponentType } from 'preact';
import type { ChapterId } from './chapter-ids.ts';
import type { Recording } from './recording.ts';

export interface ChapterProps {
  readonly recording: Recording;
}

export interface Chapter {
  readonly id: ChapterId;
  readonly title: string;
  /** What it comes to, in a sentence. */
  readonly point: string;
  readonly View: ComponentType<ChapterProps>;
}
