import { computed, effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { text } from '../../text/index.ts';
import { HelpDialog } from '../../views/help-dialog.tsx';
import { PaletteDialog } from '../../views/palette-dialog.tsx';
import { type Command, commandsOn, keyName, paletteCommand } from '../commands.ts';
import type { LabController } from '../controller-types.ts';
import { listenForKeys } from '../keys.ts';
import { createPage, PageContext } from '../page.ts';
import type { Screen } from '../screen.ts';
import { look, ui } from '../ui-state.ts';
import { startUrlSync } from '../url-sync.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { Frame } from './frame.tsx';
import { OpenScreen } from './open-screen.tsx';
import { ShareDialog } from './share-dialog.tsx';

const openId = computed(() => ui.value.place.screen);

const shown = ({ id, label, keys }: Command) => ({ id, label, key: keyName(keys[0] ?? '') });

interface Props {
  readonly controller: LabController;
  readonly workspace: Workspace;
  /** An address that names none means the first. */
  readonly screens: readonly Screen[];
}

/** The page around a controller: the open screen, keys, help, address. */
export function App({ controller, workspace, screens }: Props) {
  const page = useMemo(() => createPage(controller, workspace, screens), [controller, workspace, screens]);
  const screen = screens.find(({ id }) => id === openId.value);
  const commands = commandsOn(openId.value, screens);
  useEffect(() => listenForKeys(page), [page]);
  useEffect(() => startUrlSync(page), [page]);
  useEffect(
    () =>
      effect(() => {
        const open = screens.find(({ id }) => id === openId.value);
        const title = open?.windowTitle ? open.windowTitle(page) : open?.title;
        document.title = title ? text.app.title(title) : text.app.name;
      }),
    [page],
  );
  return (
    <PageContext.Provider value={page}>
      {screen && (
        <Frame screen={screen}>
          <OpenScreen key={screen.id} screen={screen} />
        </Frame>
      )}
      <PaletteDialog
        rows={commands
          .filter(({ id }) => id !== paletteCommand.id)
          .map((command) => ({ ...shown(command), enabled: ui.value.palette && command.enabled(page) }))}
        open={ui.value.palette}
        onClose={() => look({ palette: false })}
        onChoose={(id) => commands.find((command) => command.id === id)?.perform(page)}
      />
      {screen && <ShareDialog screen={screen} />}
      <HelpDialog rows={commands.map(shown)} open={ui.value.help} onClose={() => look({ help: false })} />
    </PageContext.Provider>
  );
}
