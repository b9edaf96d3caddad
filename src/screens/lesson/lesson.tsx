import { useEffect, useRef } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { isLeftOut } from '../../app/frame/part.tsx';
import { usePage } from '../../app/page.ts';
import { moved } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';
import { writeHash } from '../../app/url.ts';
import type { ChapterId } from '../../lesson/chapter-ids.ts';
import { CHAPTERS } from '../../lesson/chapters.ts';
import { fetchRecording, type Recording } from '../../lesson/recording.ts';
import { useLesson } from '../../lesson/state.ts';
import { Icon } from '../../views/icons.tsx';
import { Maths } from '../../views/maths.tsx';
import { ID, openChapter } from './place.ts';
import { text } from './text.ts';
import './lesson.css';

const elementId = (id: ChapterId): string => `chapter-${id}`;

function Contents() {
  const { screens, slice, goTo } = usePage();
  const { predictions } = useLesson();
  const open = openChapter();
  const follow = (event: MouseEvent, chapter: ChapterId): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(ID, { chapter });
    // Also where it is the open one already: its heading may be out of sight.
    arrive(chapter);
  };
  return (
    <nav class="lesson-contents card" aria-label={text.chapters}>
      <ol>
        {CHAPTERS.map(({ id, title }, i) => (
          <li key={id}>
            <a
              href={writeHash(slice('settings'), moved(ui.value.place, ID, { chapter: id }), screens)}
              aria-current={id === open ? 'step' : undefined}
              onClick={(event) => follow(event, id)}
            >
              <span class="number">{i + 1}</span>
              <span>{title}</span>
              {predictions.value[id] !== undefined && (
                <span>
                  <Icon name="pass" />
                  <span class="visually-hidden">{text.predicted}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Brings a chapter to the top, and the keyboard with it. */
function arrive(id: ChapterId): void {
  const heading = document.querySelector<HTMLElement>(`#${elementId(id)} h2`);
  if (!heading) return;
  heading.scrollIntoView({ block: 'start' });
  heading.focus({ preventScroll: true });
}

/** Keeps the address at the chapter that is read, and goes to the one that the address asks for. */
function useReading(ready: boolean): void {
  const open = openChapter();
  const seen = useRef<ChapterId | null>(null);
  useEffect(() => {
    if (!ready || seen.current === open) return;
    const atStart = seen.current === null && open === CHAPTERS[0]!.id;
    seen.current = open;
    if (!atStart) arrive(open);
  }, [ready, open]);
  useEffect(() => {
    if (!ready) return;
    const line = (): number => innerHeight * 0.35;
    const onScroll = (): void => {
      // The page also scrolls as it gets shorter, when the lesson has just been left.
      const { screen, as } = ui.peek().place;
      if (screen !== ID || as.embed) return;
      const passed = CHAPTERS.filter(
        ({ id }) =>
          (document.getElementById(elementId(id))?.getBoundingClientRect().top ?? Infinity) < line(),
      );
      const { id } = passed.at(-1) ?? CHAPTERS[0]!;
      if (id === seen.current) return;
      seen.current = id;
      look({ place: moved(ui.peek().place, ID, { chapter: id }) });
    };
    addEventListener('scroll', onScroll, { passive: true });
    return () => removeEventListener('scroll', onScroll);
  }, [ready]);
}

interface ChaptersProps {
  readonly recording: Recording;
  /** The one that is shown inside another page. */
  readonly only: ChapterId | null;
}

function Chapters({ recording, only }: ChaptersProps) {
  const numbered = CHAPTERS.map((chapter, i) => ({ ...chapter, number: i + 1 })).filter(
    ({ id }) => only === null || id === only,
  );
  return (
    <>
      {numbered.map(({ id, title, point, View, number }) => (
        <article key={id} id={elementId(id)} class="chapter" aria-labelledby={`${elementId(id)}-title`}>
          <header>
            <p class="chapter-number">{text.chapter(number)}</p>
            <h2 id={`${elementId(id)}-title`} tabIndex={-1}>
              {title}
            </h2>
            <p class="chapter-point">
              <Maths text={point} />
            </p>
          </header>
          <View recording={recording} />
        </article>
      ))}
    </>
  );
}

/** The Lesson: what Posterior-GRPO does and why, on recorded runs. */
export function LessonScreen() {
  const { recording } = useLesson();
  const { embed } = ui.value.place.as;
  const known = recording.value;
  const load = (): void => {
    recording.value = null;
    void fetchRecording(document.baseURI).then(
      (read) => (recording.value = read),
      (error: unknown) => (recording.value = error instanceof Error ? error : new Error(String(error))),
    );
  };
  useEffect(() => {
    if (recording.peek() === null) load();
  }, []);
  const ready = known !== null && !(known instanceof Error);
  useReading(ready);
  return (
    <main class="screen lesson">
      {!embed && !isLeftOut('contents') && (
        <div class="side">
          <Contents />
        </div>
      )}
      <div class="stage" id="lesson">
        <Messages />
        {!embed && (
          <header class="lesson-head">
            <h2>{text.heading}</h2>
            <p>{text.intro}</p>
          </header>
        )}
        {known === null && <progress aria-label={text.loading} />}
        {known instanceof Error && (
          <div class="card lesson-failed" role="alert">
            <p>{text.failed.what}</p>
            <p>{known.message}</p>
            <p>{text.failed.kept}</p>
            <button type="button" onClick={load}>
              {text.failed.again}
            </button>
          </div>
        )}
        {known !== null && !(known instanceof Error) && (
          <Chapters recording={known} only={embed ? openChapter() : null} />
        )}
      </div>
    </main>
  );
}
