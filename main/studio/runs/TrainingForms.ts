/**
 * The training form of each project, one settings row each. A row that no longer parses counts as an untouched form.
 */
import { z } from 'zod';
import type { TrainingFormService } from '../../contract/services.ts';
import type { KeptTrainingForm } from '../../contract/trainingForm.ts';
import type { SettingsRepository } from '../../database/settings.ts';

const draftSchema = z.record(z.string(), z.unknown()).nullable();
const keptSchema = z.object({ draft: draftSchema, last: draftSchema });
/** Where one last request of all projects was kept before each had a form of its own. */
const formerKey = 'preference.lastTraining';

const untouched: KeptTrainingForm = { draft: null, last: null };

export class TrainingForms implements TrainingFormService {
  readonly #settings: SettingsRepository;

  constructor(settings: SettingsRepository) {
    this.#settings = settings;
  }

  get(projectId: string): KeptTrainingForm {
    return this.#settings.find(keyOf(projectId), keptSchema) ?? { ...untouched, last: this.#formerLast(projectId) };
  }

  /** Keeps what is given and leaves the rest. */
  keep(projectId: string, changes: Partial<KeptTrainingForm>): void {
    this.#settings.set(keyOf(projectId), { ...this.get(projectId), ...changes });
  }

  forget(projectId: string): void {
    this.#settings.remove(keyOf(projectId));
  }

  #formerLast(projectId: string): KeptTrainingForm['last'] {
    const former = this.#settings.find(formerKey, draftSchema) ?? null;
    return former?.['projectId'] === projectId ? former : null;
  }
}

const keyOf = (projectId: string): string => `trainingForm.${projectId}`;
