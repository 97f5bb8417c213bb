/** Every migration in order. A released one is never edited: a change of the schema is a new file. */
import { initial } from './0001_initial.ts';
import { chats } from './0002_chats.ts';
import { runs } from './0003_runs.ts';
import { adapterLibrary } from './0004_adapter_library.ts';
import { metrics } from './0005_metrics.ts';
import { datasetReading } from './0006_dataset_reading.ts';
import { split } from './0007_split.ts';
import { modelNotices } from './0008_model_notices.ts';
import { modelIdentity } from './0009_model_identity.ts';
import { runMarks } from './0010_run_marks.ts';
import { phaseShare } from './0011_phase_share.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  ...[initial, chats, runs, adapterLibrary, metrics, datasetReading, split],
  ...[modelNotices, modelIdentity, runMarks, phaseShare],
];

/** The `user_version` this build writes and reads. */
export const schemaVersion = migrations.length;
