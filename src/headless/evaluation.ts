/** What `eval` asks of the page: a policy's samples on a list of tasks, verified, and what they come to. */
import { unlessAborted } from '../abort.ts';
import { domainOf } from '../domains/index.ts';
import type { EvaluatedPart } from '../evaluation/evaluate.ts';
import { type EvaluationFile, jsonLines, matrixOf } from '../evaluation/files.ts';
import type { EvaluatedSample } from '../evaluation/records.ts';
import { reportOf } from '../evaluation/report.ts';
import { computeEvaluation, prepareEvaluation, starterTraining } from '../workspace/evaluation.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Emit, progressOf } from './progress.ts';
import type { EvaluateRequest, EvaluateResult } from './requests.ts';
import { policyOf, sendFiles } from './served.ts';
import { weightsOfRun } from './stored-run.ts';
import { takeTasks } from './task-files.ts';

/** The policy that was asked for, as far as it can be told what it was trained on. */
async function openEvaluated(workspace: Workspace, { policy: asked, trained, tasks }: EvaluateRequest) {
  const bundled = asked.model === null && asked.run === null;
  const known = bundled ? starterTraining(domainOf(tasks).name) : trained;
  // A run has the vocabulary of its domain's models, unless it brought another.
  const site = await workspace.bundled(known ?? tasks);
  const policy = await policyOf(asked.model, site);
  const weights = asked.run === null ? policy.weights : await weightsOfRun(workspace, asked.run, policy);
  return { policy: { ...policy, weights }, trained: known };
}

/** @throws EvaluationError where there is nothing to evaluate, or no room for it; RunModelError */
export async function evaluatePolicy(
  workspace: Workspace,
  request: EvaluateRequest,
  signal: AbortSignal,
  emit: Emit,
): Promise<EvaluateResult> {
  const begin = performance.now();
  const opened = <T>(promise: Promise<T>): Promise<T> => unlessAborted(promise, signal);
  const { name, split, file: own, ...known } = request.tasks;
  const choice = own === null ? known : await takeTasks(workspace, own, signal, emit);
  progressOf(emit, 'Loading')(0, 1);
  const asked: EvaluateRequest = { ...request, tasks: { name, split, file: own, ...choice } };
  const { policy, trained } = await opened(openEvaluated(workspace, asked));
  const prepared = await opened(
    prepareEvaluation(workspace, {
      ...request,
      name: request.policy.name,
      policy,
      trained,
      tasks: { name, split, choice },
    }),
  );
  const rollouts: EvaluatedSample[] = [];
  const report = (): void =>
    progressOf(emit, 'Sampling and verifying')(rollouts.length / request.samples, prepared.tasks.length);
  report();
  const keep = ({ samples }: EvaluatedPart): void => {
    rollouts.push(...samples);
    report();
  };
  const work = { device: request.device, from: 0, keep };
  const device = await computeEvaluation(workspace, prepared, work, signal);
  const { suite, ...plan } = prepared.plan;
  const file: EvaluationFile = {
    ...plan,
    report: reportOf(rollouts, request.ks, request.seed),
    device,
    seconds: (performance.now() - begin) / 1000,
    suite,
  };
  if (request.upload !== null)
    await sendFiles(request.upload, [['rollouts.jsonl', new TextEncoder().encode(jsonLines(rollouts))]]);
  return { file, matrix: matrixOf(rollouts) };
}
