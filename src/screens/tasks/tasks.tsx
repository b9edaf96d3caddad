import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { DeletedList } from '../../views/deleted-list.tsx';
import { MessagesList } from '../../views/messages-list.tsx';
import { Beginnings } from './beginnings.tsx';
import { FilesCard } from './files-card.tsx';
import { TASK_ID } from './ids.ts';
import { ImportReport } from './import-report.tsx';
import { ListCard } from './list-card.tsx';
import { OfferCard } from './offer-card.tsx';
import { spot } from './place.ts';
import { SetsCard } from './sets-card.tsx';
import { useTasks } from './state.ts';
import { TaskPanel } from './task-panel.tsx';
import { text } from './text.ts';
import { TrialCard } from './trial-card.tsx';
import { UseCard } from './use-card.tsx';
import './tasks.css';

/** Tasks: those that somebody writes, checks, keeps and uses. */
export function TasksScreen() {
  const { tasks } = useTasks();
  const { taskset, task, bring } = spot();
  useEffect(() => void tasks.open(taskset, task), [tasks, taskset, task]);
  useEffect(() => void tasks.receive(bring), [tasks, bring]);
  const { status, open, selected, deleted, messages, report } = tasks.state.value;
  const row = open?.rows.find(({ key }) => key === selected);
  return (
    <main class="screen tasks">
      <div class="side">
        {open && <SetsCard open={open} />}
        {open && <ListCard />}
        {open && <UseCard />}
        <FilesCard />
      </div>
      <div class="stage" id={TASK_ID} tabIndex={-1}>
        <Messages />
        <MessagesList messages={messages} onDismiss={tasks.dismiss} />
        <DeletedList deleted={deleted} onUndo={(id) => void tasks.undo(id)} />
        <OfferCard />
        {report && <ImportReport report={report} />}
        {status === 'ready' ? (
          <>
            {open && row && <TaskPanel row={row} open={open} />}
            {open && row && <TrialCard row={row} />}
            {!open && <Beginnings />}
            {open && !row && (
              <div class="card tasks-empty">
                <p>{text.list.empty}</p>
                <button type="button" class="primary" onClick={tasks.addTask}>
                  {text.list.add}
                </button>
              </div>
            )}
          </>
        ) : (
          <div class="card tasks-empty">
            <p>{text.opening}</p>
            <progress aria-label={text.opening} />
          </div>
        )}
      </div>
    </main>
  );
}
