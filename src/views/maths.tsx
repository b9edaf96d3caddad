/** Text in which `R_f`, `R_o` and `R_t` are set as they are in the formula. */
export function Maths({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(R_[fot])/).map((part, i) =>
        i % 2 === 1 ? (
          <span key={i} class="maths">
            R<sub>{part.slice(2)}</sub>
          </span>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** The same inside an SVG `text`. */
export function SvgMaths({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(R_[fot])/).map((part, i) =>
        i % 2 === 1 ? (
          <tspan key={i} class="maths">
            R
            <tspan class="sub" dy="3">
              {part.slice(2)}
            </tspan>
            <tspan dy="-3">{'\u200b'}</tspan>
          </tspan>
        ) : (
          part
        ),
      )}
    </>
  );
}
