interface Props<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly {
    readonly value: T;
    readonly label: string;
    readonly mark?: string | undefined;
  }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, of which one holds. */
export function Segmented<T extends string>({ name, legend, options, value, onChange }: Props<T>) {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.mark && <small>{option.mark}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
