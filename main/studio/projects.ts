/** The project service. There is always one project: the command line's own, made when it is first asked for. */
import type { Project } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import type { ProjectService } from '../contract/services.ts';
import { newId } from '../database/ids.ts';
import type { ModelRepository } from '../database/models.ts';
import type { ProjectRepository } from '../database/projects.ts';

export const defaultProjectName = 'Default';

export interface ProjectsSetup {
  readonly rows: ProjectRepository;
  readonly models: Pick<ModelRepository, 'get'>;
}

export class Projects implements ProjectService {
  readonly #setup: ProjectsSetup;

  constructor(setup: ProjectsSetup) {
    this.#setup = setup;
  }

  list(): readonly Project[] {
    return this.#setup.rows.list();
  }

  get(idOrName: string): Project {
    return this.#setup.rows.get(idOrName);
  }

  /** Throws GraftError('invalid' | 'conflict' | 'notFound') for an empty or taken name and for an unknown model. */
  create(name: string, modelId: string | null): Project {
    const trimmed = name.trim();
    if (trimmed === '') throw new GraftError('invalid', 'A project needs a name.', { field: 'name', remedy: 'Give it one.' });
    const model = modelId === null ? null : this.#setup.models.get(modelId);
    const project: Project = { id: newId(), name: trimmed, modelId: model?.id ?? null, createdAt: Date.now() };
    this.#setup.rows.insert(project);
    return project;
  }

  default(): Project {
    return this.#setup.rows.ensure({ id: newId(), name: defaultProjectName, modelId: null, createdAt: Date.now() });
  }
}
