/** Makes the recording that the lesson shows: three short runs, one update in numbers, and texts with their scores. */
import type { StarterTask } from '../../domains/code/starter/task.ts';
import {
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordedGroup,
  type Recording,
} from '../../lesson/recording.ts';
import { fullConfig, parseConfig } from '../../rl/config.ts';
import type { Gate } from '../../rl/gate.ts';
import type { Rollout } from '../../rl/types.ts';
import { findPreset } from '../../run/presets.ts';
import { groupsOf } from '../../statistics/samples.ts';
import { bundledRunModels } from '../../workspace/run-models.ts';
import { withRunParts } from '../../workspace/run-parts.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { type Emit, loadingTo } from '../progress.ts';
import type { LessonRequest } from '../requests.ts';
import { sendFiles } from '../served.ts';
import { recordedGroup } from './recorded.ts';
import { chosenGroups, recordMixed, recordRun } from './runs.ts';
import { checkHacked, findFooled, readReasonings } from './texts.ts';
import { recordUpdate } from './update.ts';

const GATES: readonly Gate[] = ['posterior', 'ungated', 'outcome'];

export async function recordLesson(
  workspace: Workspace,
  request: LessonRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<{ readonly bytes: number }> {
  const { seed, steps, device, command, version, upload } = request;
  const config = parseConfig({ ...findPreset('quick').config, seed, steps, evalEvery: 5, evalTasks: 192 });
  const options = {
    config,
    device,
    models: bundledRunModels,
    report: loadingTo(emit),
    signal,
  };
  const recording = await withRunParts(workspace, options, async (parts): Promise<Recording> => {
    const runs = [];
    for (const gate of GATES) runs.push(await recordRun(parts, { ...config, gate }, emit, signal));
    const rollouts = runs.flatMap((run) => run.rollouts);
    const { tokenizer, tasks } = parts.ports(() => {});
    const byId = new Map(tasks.train.map((task) => [task.id, task as StarterTask]));
    const grouped = groupsOf(rollouts, config.groupSize);
    const recorded = (own: readonly Rollout[]): RecordedGroup => recordedGroup(own, byId, tokenizer);
    return {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      made: { command, version, seed, device: parts.device.kind },
      settings: fullConfig(config) as Recording['settings'],
      start: groupsOf(runs[0]!.rollouts, config.groupSize)
        .filter(([first]) => first!.step === 1)
        .map(recorded),
      runs: runs.map(({ run, rollouts: own }) => ({
        ...run,
        groups: chosenGroups(groupsOf(own, config.groupSize), steps).map(recorded),
      })),
      fooled: await findFooled(parts, grouped.flat(), byId, signal),
      readings: await readReasonings(parts, [...byId.values()], seed),
      mixed: await recordMixed(parts, config, recorded, signal),
      hacked: await checkHacked(workspace, parts, request.hacked, signal),
      update: await recordUpdate(parts, config, byId, signal),
    };
  });
  const bytes = new TextEncoder().encode(`${JSON.stringify(recording)}\n`);
  await sendFiles(upload, [['recording.json', bytes]]);
  return { bytes: bytes.length };
}
