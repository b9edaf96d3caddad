import { Field } from '../../views/field.tsx';
import { Segmented } from '../../views/segmented.tsx';
import { useRewardLab } from './state.ts';
import { text } from './text.ts';

interface SegmentedFieldProps<V extends string> {
  readonly name: string;
  readonly label: string;
  readonly values: readonly V[];
  readonly labels: Readonly<Record<V, string>>;
  readonly value: V;
  readonly about?: string;
  readonly onChange: (value: V) => void;
}

/** A choice among a few, all of them on view, and a sentence on the one that is chosen. */
export function SegmentedField<V extends string>({
  name,
  label,
  values,
  labels,
  value,
  about,
  onChange,
}: SegmentedFieldProps<V>) {
  return (
    <div class="field">
      <span class="field-name">{label}</span>
      <Segmented
        name={name}
        legend={label}
        options={values.map((each) => ({ value: each, label: labels[each] }))}
        value={value}
        onChange={onChange}
      />
      {about !== undefined && <p class="hint">{about}</p>}
    </div>
  );
}

interface FamilyFieldProps {
  readonly id: string;
  readonly about: string;
  /** `null`: of all families. */
  readonly value: string | null;
  readonly onChange: (family: string | null) => void;
}

/** The family of tasks that pairs are about. */
export function FamilyField({ id, about, value, onChange }: FamilyFieldProps) {
  const { desk } = useRewardLab();
  const families = [...new Set(desk.state.value.tasks.map(({ family }) => family))];
  return (
    <Field id={id} label={text.train.family} about={about} waits={false}>
      <select
        id={id}
        value={value ?? ''}
        onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
      >
        <option value="">{text.train.families}</option>
        {families.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
