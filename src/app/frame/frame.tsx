import type { ComponentChildren } from 'preact';
import { text } from '../../text/index.ts';
import type { Screen } from '../screen.ts';
import { ui } from '../ui-state.ts';
import { Header } from './header.tsx';
import { LanguageChoice } from './language-choice.tsx';
import { LeftOut } from './left-out.tsx';
import { StorageNote } from './storage-note.tsx';

interface Props {
  readonly screen: Screen;
  readonly children: ComponentChildren;
}

/** What every screen stands in. */
export function Frame({ screen: { title, skip }, children }: Props) {
  const { embed } = ui.value.place.as;
  const jump = (event: MouseEvent): void => {
    event.preventDefault();
    // A link may leave out what it leads to.
    const target = (skip && document.getElementById(skip.to)) ?? document.querySelector('main');
    if (!target) return;
    // Somewhere to continue from with the keyboard, although there is nothing to press.
    target.tabIndex = -1;
    target.focus();
  };
  return (
    <>
      <a class="skip" href={skip ? `#${skip.to}` : '#'} onClick={jump}>
        {skip?.label ?? text.app.skip}
      </a>
      {embed ? (
        <header class="visually-hidden">
          <h1>{text.app.title(title)}</h1>
        </header>
      ) : (
        <Header />
      )}
      {children}
      <footer class="page-foot">
        {!embed && (
          <>
            <p>{text.app.source}</p>
            <p>{text.app.method}</p>
            <StorageNote />
            <LanguageChoice />
          </>
        )}
        <LeftOut />
      </footer>
    </>
  );
}
