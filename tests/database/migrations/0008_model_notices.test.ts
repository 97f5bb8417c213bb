import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { modelNotices } from '../../../main/database/migrations/0008_model_notices.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { migrateUpTo } from '../databaseBefore.ts';
import { sampleModel } from '../sampleRows.ts';

it('0008_modelNotices opens models of before, of which nothing is said', () => {
  const database = new Sqlite(':memory:');
  migrateUpTo(modelNotices, database);
  const { shape } = sampleModel('/data');
  database
    .prepare(
      `INSERT INTO models (id, name, family, parameters, format, size_bytes, content_hash, dir, has_tokenizer, has_chat_template, source, shape, created_at)
       VALUES ('m', 'old', 'llama', 1, 'safetensors', 1, 'h', 'models/m', 0, 0, '/old', ?, 1)`,
    )
    .run(JSON.stringify(shape));
  modelNotices.up(database);
  expect(new ModelRepository(database, '/data').get('m')).toMatchObject({ name: 'old', notices: [], shape });
});
