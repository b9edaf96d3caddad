/** What the app and the views say. A screen's own sentences are in its folder. */
import { app, command, deleted, demo, editor, help, notice, offline, palette, share, theme } from './app.ts';
import { chart, limit, plot } from './charts.ts';
import { completion, group } from './completions.ts';
import { runMessages } from './run-messages.ts';
import { rewardModel } from './reward-model.ts';
import { device, phase, setting, status } from './run.ts';
import { spoken } from './spoken.ts';
import { why } from './why.ts';

export const text = spoken('app', {
  app,
  demo,
  theme,
  command,
  help,
  palette,
  share,
  notice,
  deleted,
  editor,
  offline,
  runMessages,
  status,
  phase,
  device,
  setting,
  chart,
  plot,
  limit,
  group,
  completion,
  why,
  rewardModel,
});
