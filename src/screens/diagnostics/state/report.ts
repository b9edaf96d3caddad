/** The diagnostics as a text to send. Messages are scrubbed; everything else is about the browser and the machine. */
import type { LogEntry } from '../../../app/log.ts';
import type { DeviceReport } from '../../../app/controller-types.ts';
import { DEVICE_KINDS } from '../../../runtime/device.ts';
import { formatBytes } from '../../../store/index.ts';
import { compact, duration } from '../../../views/format.ts';
import { LIMITS } from './adapter.ts';
import { FEATURES } from './features.ts';
import type { DiagnosticsState, SelfTestState, SpeedState } from './model.ts';
import { scrub } from './scrub.ts';
import { text } from '../text.ts';

export interface ReportOptions {
  readonly version: string;
  readonly device: DeviceReport | null;
  readonly log: readonly LogEntry[];
}

const bytes = (value: number | null): string => (value === null ? text.unknown : formatBytes(value));
const yesNo = (value: boolean): string => (value ? text.yes : text.no);

/** Sections under headings, one fact a line. */
export function reportText(state: DiagnosticsState, { version, device, log }: ReportOptions): string {
  const { browser, features, adapter, memory, usage } = state;
  const section = (heading: string, lines: readonly string[]): string =>
    [`## ${heading}`, ...(lines.length === 0 ? ['–'] : lines)].join('\n');
  return `${[
    `# Posterior ${version}, ${browser}`,
    section(text.inUse.heading, device ? deviceLines(device) : []),
    section(
      text.features.heading,
      features ? FEATURES.map((name) => `${text.feature[name].name}: ${yesNo(features[name])}`) : [],
    ),
    section(text.adapter.heading, adapter ? adapterLines(adapter) : []),
    section(
      text.selfTest.heading,
      DEVICE_KINDS.flatMap((kind) => testLines(text.device[kind], state.selfTest[kind])),
    ),
    section(
      text.speed.heading,
      DEVICE_KINDS.flatMap((kind) => speedLines(text.device[kind], state.speed[kind])),
    ),
    section(
      text.memory.heading,
      memory
        ? [
            `${text.memory.page}: ${text.memory.of(bytes(memory.usedBytes), bytes(memory.limitBytes))}`,
            `${text.memory.machine}: ${memory.machineGb === null ? text.unknown : text.memory.gigabytes(memory.machineGb)}`,
            `${text.memory.cores}: ${memory.cores ?? text.unknown}`,
          ]
        : [],
    ),
    section(
      text.storage.heading,
      usage
        ? [
            `${text.storage.used}: ${text.storage.free(bytes(usage.usedBytes), bytes(usage.quotaBytes))}`,
            `${text.storage.persisted}: ${yesNo(usage.persisted)}`,
            `${text.storage.checkpoints}: ${usage.checkpoints.length}`,
          ]
        : [],
    ),
    section(
      text.log.heading,
      log.map(
        ({ at, kind, what }) =>
          `${text.log.at((at / 1000).toFixed(1))} ${text.log.kind[kind]}: ${scrub(what)}`,
      ),
    ),
  ].join('\n\n')}\n`;
}

const deviceLines = ({ kind, reason, threads, isolated }: DeviceReport): string[] => [
  `${text.device[kind]}, ${text.inUse.threads(threads)}`,
  reason,
  `${text.feature.isolation.name}: ${yesNo(isolated)}`,
];

const adapterLines = ({
  description,
  software,
  limits,
  features,
}: NonNullable<DiagnosticsState['adapter']>): string[] => [
  description,
  ...(software ? [text.adapter.software] : []),
  ...LIMITS.map((name) => `${name}: ${limits[name]}`),
  `${text.adapter.features}: ${features.join(', ')}`,
];

function testLines(name: string, test: SelfTestState | undefined): string[] {
  if (!test) return [];
  const { failed, error } = test;
  return [
    `${name}: ${testSummary(test)}`,
    ...failed.map(
      (each) => `  ${each.name}: ${errorOf(each.error)} ${scrub(each.failure ?? text.selfTest.wrong)}`,
    ),
    ...(error === null ? [] : [`  ${scrub(error)}`]),
  ];
}

/** An error as it is shown. */
export const errorOf = (error: number): string => (Number.isFinite(error) ? compact(error) : '∞');

/** What came of a test, or how far it is. */
export function testSummary({ done, total, failed, worst, running }: SelfTestState): string {
  if (total === null) return running ? text.selfTest.starting : text.selfTest.stopped(0);
  if (failed.length > 0) return text.selfTest.failed(failed.length, done);
  if (running) return text.selfTest.progress(done, total);
  return done === total ? text.selfTest.passed(total, errorOf(worst)) : text.selfTest.stopped(done);
}

function speedLines(name: string, speed: SpeedState | undefined): string[] {
  if (!speed) return [];
  const { report, error } = speed;
  if (!report) return error === null ? [] : [`${name}: ${scrub(error)}`];
  const { score, update, tokens, threads, completions } = report;
  return [
    `${name}, ${text.inUse.threads(threads)}, ${completions} completions, ${tokens} tokens`,
    `  ${text.speed.score}: ${duration(score.ms)} (${text.speed.first(duration(score.firstMs))})`,
    `  ${text.speed.update}: ${duration(update.ms)} (${text.speed.first(duration(update.firstMs))})`,
  ];
}
