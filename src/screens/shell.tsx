import type { ComponentChildren } from 'preact';
import { text } from '../app/messages.ts';
import { Header } from './header.tsx';

interface Props {
  /** Words and target of the link past the header. */
  readonly skip: string;
  readonly skipTo: string;
  readonly children: ComponentChildren;
}

/** What every screen stands in. */
export function Shell({ skip, skipTo, children }: Props) {
  return (
    <>
      <a
        class="skip"
        href={`#${skipTo}`}
        onClick={(e) => (e.preventDefault(), document.getElementById(skipTo)?.focus())}
      >
        {skip}
      </a>
      <Header />
      {children}
      <footer class="page-foot">
        <p>{text.app.source}</p>
        <p>{text.app.method}</p>
      </footer>
    </>
  );
}
