import { Downloads as DownloadsCard } from '../../views/downloads.tsx';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { download, KINDS } from './state/exports.ts';
import { text } from './text.ts';

const { heading, failed, kinds } = text.download;

const FILES = KINDS.map((kind) => ({ kind, label: kinds[kind][0], about: kinds[kind][1] }));

/** The results to take along: what the command line writes, and tables for other programs. */
export const Downloads = ({ run }: { readonly run: BenchmarkRun }) => (
  <DownloadsCard heading={heading} files={FILES} failed={failed} get={(kind) => download(run, kind)} />
);
