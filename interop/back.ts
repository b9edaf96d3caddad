/**
 * `back.ts POLICY RECORD`: opens a policy that another trainer wrote, with its tokenizer, and adds the logits of the recorded
 * sequences under it to the record, as back.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findModel, localModel } from '../cli/model-folder.ts';
import { readPolicy } from '../src/workspace/run-models.ts';
import { logitsOf, type RecordedLogits } from './logits.ts';

const [folder = '', record = ''] = process.argv.slice(2);
const recorded = JSON.parse(readFileSync(join(record, 'logits.json'), 'utf8')) as RecordedLogits[];
const policy = await readPolicy(localModel(await findModel(folder)), { tokenizerJson: null });
const sequences = recorded.map(({ ids }) => policy.tokenizer.encode(policy.tokenizer.decode(ids)));
writeFileSync(join(record, 'back.json'), JSON.stringify(await logitsOf(policy, sequences)));
