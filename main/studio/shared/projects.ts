/** The project service. There is always one project: the command line's own, made when it is first asked for. */
import type { Project } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ChangeService, ProjectService } from '../../contract/services.ts';
import { newId } from '../../database/ids.ts';
import type { ModelRepository } from '../../database/models.ts';
import type { ProjectRepository } from '../../database/projects.ts';
import { libraryWords } from '../../contract/words/library.ts';

export const defaultProjectName = 'Default';

export interface ProjectsSetup {
  readonly rows: ProjectRepository;
  readonly models: Pick<ModelRepository, 'get'>;
  readonly changes: Pick<ChangeService, 'announce'>;
  /** Forgets what else is kept by a project's id. */
  readonly onRemoved?: (projectId: string) => void;
}

export interface ProjectChanges {
  readonly name?: string | undefined;
  readonly modelId?: string | null | undefined;
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
    const project: Project = {
      id: newId(),
      name: nameOf(name),
      modelId: this.#modelId(modelId),
      createdAt: Date.now(),
    };
    this.#setup.rows.insert(project);
    this.#setup.changes.announce('projects');
    return project;
  }

  /** Throws as `create` does. */
  update(idOrName: string, { name, modelId }: ProjectChanges): Project {
    const project = this.get(idOrName);
    const named = name === undefined ? project : { ...project, name: nameOf(name) };
    const changed: Project = modelId === undefined ? named : { ...named, modelId: this.#modelId(modelId) };
    this.#setup.rows.update(changed);
    this.#setup.changes.announce('projects');
    return changed;
  }

  /**
   * Chats in its trash stay there and belong to no project. Throws GraftError('conflict') when it has runs or chats.
   */
  remove(idOrName: string): void {
    const { rows, changes } = this.#setup;
    const project = this.get(idOrName);
    const { runs, chats } = rows.contents(project.id);
    if (runs > 0 || chats > 0) {
      const remedy = chats > 0 && runs === 0 ? libraryWords.chatsFirst() : libraryWords.keepProject();
      throw new GraftError('conflict', libraryWords.projectHolds({ name: project.name, runs, chats }), {
        field: 'id',
        remedy,
      });
    }
    rows.remove(project.id);
    this.#setup.onRemoved?.(project.id);
    changes.announce('projects', 'chats');
  }

  default(): Project {
    const { rows, changes } = this.#setup;
    const fresh: Project = { id: newId(), name: defaultProjectName, modelId: null, createdAt: Date.now() };
    const project = rows.ensure(fresh);
    if (project.id === fresh.id) changes.announce('projects');
    return project;
  }

  #modelId(idOrName: string | null): string | null {
    return idOrName === null ? null : this.#setup.models.get(idOrName).id;
  }
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name === '')
    throw new GraftError('invalid', libraryWords.projectNeedsName(), {
      field: 'name',
      remedy: libraryWords.giveName(),
    });
  return name;
}
