/** Rows of `projects`. Names are unique, because a person tells projects apart by nothing else. */
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Project } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { candidatesOf } from './candidates.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';

interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly model_id: string | null;
  readonly created_at: number;
}

export class ProjectRepository {
  private readonly database: Database;
  private readonly candidates: Candidates<Project>;

  constructor(database: Database) {
    this.database = database;
    this.candidates = candidatesOf(database, { table: 'projects', toEntity: toProject });
  }

  list(): Project[] {
    return this.database.prepare<[], ProjectRow>('SELECT * FROM projects ORDER BY id').all().map(toProject);
  }

  find(idOrName: string): Project | undefined {
    return findByIdOrName('project', idOrName, this.candidates);
  }

  get(idOrName: string): Project {
    return getByIdOrName('project', idOrName, this.candidates);
  }

  /** Throws GraftError('conflict') when the name is taken. */
  insert(project: Project): void {
    try {
      this.database
        .prepare('INSERT INTO projects (id, name, model_id, created_at) VALUES (?, ?, ?, ?)')
        .run(project.id, project.name, project.modelId, project.createdAt);
    } catch (error) {
      if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      throw new GraftError(
        'conflict',
        `There is already a project "${project.name}".`,
        { field: 'name', remedy: 'Choose another name.' },
        error,
      );
    }
  }

  /** Inserts unless the name is there, and returns the one that is there: safe when two processes do it at once. */
  ensure(project: Project): Project {
    this.database
      .prepare('INSERT INTO projects (id, name, model_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING')
      .run(project.id, project.name, project.modelId, project.createdAt);
    return this.candidates.byName(project.name)[0] ?? project;
  }
}

function toProject(row: ProjectRow): Project {
  return { id: row.id, name: row.name, modelId: row.model_id, createdAt: row.created_at };
}
