import { computed, effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { LabScreen } from '../screens/lab/lab.tsx';
import { RewardLabScreen } from '../screens/reward-lab/reward-lab.tsx';
import { HelpDialog } from '../views/help-dialog.tsx';
import { commands, type Command } from './commands.ts';
import type { LabController } from './controller-types.ts';
import { listenForKeys } from './keys.ts';
import { createLab, LabContext } from './lab-context.ts';
import { text } from './messages.ts';
import { look, ui } from './ui-state.ts';
import { startUrlSync } from './url-sync.ts';
import type { Workspace } from '../workspace/workspace.ts';

const place = computed(() => ui.value.place);

const registry: readonly Command[] = Object.values(commands);

interface Props {
  readonly controller: LabController;
  readonly workspace: Workspace;
}

/** The page around a controller: screen, keys, help, address. */
export function App({ controller, workspace }: Props) {
  const lab = useMemo(() => createLab(controller, workspace), [controller, workspace]);
  useEffect(() => listenForKeys(registry, lab.commandContext), [lab]);
  useEffect(() => startUrlSync(controller), [controller]);
  useEffect(
    () =>
      effect(() => {
        const [done, config] = [lab.slice('steps').length, lab.slice('config')];
        if (place.value.screen === 'reward') document.title = text.rewardLab.title;
        else document.title = config && done > 0 ? text.app.title(done, config.steps) : text.app.name;
      }),
    [lab],
  );
  return (
    <LabContext.Provider value={lab}>
      {place.value.screen === 'lab' ? <LabScreen /> : <RewardLabScreen />}
      <HelpDialog commands={registry} open={ui.value.help} onClose={() => look({ help: false })} />
    </LabContext.Provider>
  );
}
