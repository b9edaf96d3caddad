import { formatBytes, type Generation } from '../../store/index.ts';
import { useModels } from './state.ts';
import type { ModelItem } from './state/catalog.ts';
import { text } from './text.ts';
import './generations-table.css';

const words = text.generation;

interface RowProps {
  readonly item: ModelItem;
  readonly generation: Generation;
}

function Row({ item, generation }: RowProps) {
  const models = useModels();
  const { step, created, bytes, current, damaged } = generation;
  const number = generation.generation;
  return (
    <tr>
      <th scope="row" class="number">
        {step}
        {current && <span class="badge current">{words.current}</span>}
        {damaged && <span class="badge">{words.damaged}</span>}
      </th>
      <td>
        <time dateTime={new Date(created).toISOString()}>{new Date(created).toLocaleString()}</time>
      </td>
      <td class="number">{formatBytes(bytes)}</td>
      <td>
        <div class="generation-actions">
          {!current && (
            <button
              type="button"
              aria-label={text.action.restoreAbout(step)}
              onClick={() => void models.restore(item, number)}
            >
              {text.action.restore}
            </button>
          )}
          {item.role === 'policy' && models.trains && (
            <button
              type="button"
              aria-label={`${words.branch} ${step}`}
              onClick={() => void models.branch(item, number)}
            >
              {words.branch}
            </button>
          )}
          <button
            type="button"
            aria-label={`${words.download} ${step}`}
            onClick={() => void models.download(item, number)}
          >
            {words.download}
          </button>
        </div>
      </td>
    </tr>
  );
}

/** What is kept of a model: the checkpoint in use and the one before. */
export function GenerationsTable({ item }: { readonly item: ModelItem }) {
  return (
    <div class="generations">
      <h4 id={`steps-${item.id}`}>{words.heading}</h4>
      <table aria-labelledby={`steps-${item.id}`}>
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col">{words.saved}</th>
            <th scope="col">{words.size}</th>
            <th scope="col">{words.does}</th>
          </tr>
        </thead>
        <tbody>
          {item.generations.map((generation) => (
            <Row key={generation.generation} item={item} generation={generation} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
