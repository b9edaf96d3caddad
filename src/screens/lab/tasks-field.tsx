import type { TaskFiles } from '../../app/controller-types.ts';
import { type OwnTasks, ownTasks, PRESET_TASKS, readOwnTasks, writeOwnTasks } from '../../app/own-tasks.ts';
import { DropZone } from '../../views/drop-zone.tsx';
import { Field, NumberField } from '../../views/field.tsx';
import { FileButton } from '../../views/file-button.tsx';
import { TasksReport } from '../../views/tasks-report.tsx';
import { useLab } from './state.ts';
import { text } from './text.ts';
import './tasks-field.css';

const words = text.settings.tasks;

/** Whose tasks the next run is about. A file is picked or dropped, checked, and kept. */
export function TasksField({ waits }: { readonly waits: boolean }) {
  const { controller, slice } = useLab();
  const files = slice('taskFiles');
  if (!files) return null;
  const open = ([file]: Iterable<File>): void => {
    if (file) controller.openTasks(file);
  };
  return (
    <DropZone class="tasks-field" onDrop={(dropped) => open(dropped.files)}>
      <Choice files={files} waits={waits} />
      <Opening files={files} onPick={open} />
      {files.report && <TasksReport report={files.report} words={words} />}
    </DropZone>
  );
}

function Choice({ files, waits }: { readonly files: TaskFiles; readonly waits: boolean }) {
  const { controller, slice } = useLab();
  const { tasks } = slice('settings');
  const own = readOwnTasks(tasks);
  const file = files.kept.find(({ hash }) => hash === own?.hash);
  const choose = (hash: string): void =>
    controller.configure({ tasks: hash === '' ? PRESET_TASKS : writeOwnTasks(ownTasks(hash)) });
  return (
    <>
      <Field id="tasks" label={text.settings.name.tasks} about={words.about} waits={waits}>
        <select
          id="tasks"
          value={own?.hash ?? ''}
          aria-describedby="tasks-about"
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{words.preset}</option>
          {own && !file && <option value={own.hash}>{words.gone}</option>}
          {files.kept.map(({ hash, name, count }) => (
            <option key={hash} value={hash}>
              {words.file(name, count)}
            </option>
          ))}
        </select>
      </Field>
      {own && <Split own={own} />}
      {file && (
        <button
          type="button"
          class="link"
          title={words.removeAbout(file.name)}
          onClick={() => controller.deleteTasks(file.hash)}
        >
          {words.remove}
        </button>
      )}
    </>
  );
}

function Split({ own }: { readonly own: OwnTasks }) {
  const { controller } = useLab();
  const change = (part: Partial<OwnTasks>): void =>
    controller.configure({ tasks: writeOwnTasks({ ...own, ...part }) });
  const share = (typed: string): number | null => {
    const number = Number(typed);
    return typed !== '' && number > 0 && number < 1 ? number : null;
  };
  return (
    <div class="field-row">
      <Field id="tasks-split" label={words.split} about={words.splitAbout} waits={false}>
        <select
          id="tasks-split"
          value={own.split}
          aria-describedby="tasks-split-about"
          onChange={(event) => change({ split: event.currentTarget.value as OwnTasks['split'] })}
        >
          {(['id', 'family'] as const).map((by) => (
            <option key={by} value={by}>
              {words.splitBy[by]}
            </option>
          ))}
        </select>
      </Field>
      <NumberField
        id="tasks-held-out"
        label={words.heldOut}
        about={words.heldOutAbout}
        waits={false}
        value={String(own.heldOut)}
        parse={share}
        invalid={words.heldOutInvalid}
        inputMode="text"
        onChange={(heldOut) => change({ heldOut })}
      />
    </div>
  );
}

interface OpeningProps {
  readonly files: TaskFiles;
  readonly onPick: (files: readonly File[]) => void;
}

function Opening({ files: { checking }, onPick }: OpeningProps) {
  return (
    <>
      <FileButton id="tasks-file" label={words.open} disabled={checking !== null} onPick={onPick} />
      <p class="hint" role="status">
        {checking && words.checking(checking.name, checking.done, checking.total)}
      </p>
    </>
  );
}
