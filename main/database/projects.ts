/** Rows of `projects`. Names are unique, because a person tells projects apart by nothing else. */
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Project } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { candidatesOf } from './candidates.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';
import { databaseWords } from '../contract/words/database.ts';

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
    const statement = this.database.prepare(
      'INSERT INTO projects (id, name, model_id, created_at) VALUES (?, ?, ?, ?)',
    );
    withUniqueName(project.name, () => statement.run(project.id, project.name, project.modelId, project.createdAt));
  }

  /** Throws GraftError('conflict') when the name is taken. */
  update(project: Project): void {
    const statement = this.database.prepare('UPDATE projects SET name = ?, model_id = ? WHERE id = ?');
    withUniqueName(project.name, () => statement.run(project.name, project.modelId, project.id));
  }

  /** What keeps a project from being removed: every run, and chats that are not in the trash. */
  contents(id: string): { readonly runs: number; readonly chats: number } {
    const count = (from: string): number =>
      Number(this.database.prepare<[string]>(`SELECT count(*) FROM ${from}`).pluck().get(id));
    return {
      runs: count('runs WHERE project_id = ?'),
      chats: count('chats WHERE project_id = ? AND trashed_at IS NULL'),
    };
  }

  /** Chats in the trash stay, without a project. */
  remove(id: string): void {
    this.database.transaction(() => {
      this.database
        .prepare('UPDATE chats SET project_id = NULL WHERE project_id = ? AND trashed_at IS NOT NULL')
        .run(id);
      this.database.prepare('DELETE FROM projects WHERE id = ?').run(id);
    })();
  }

  /** Inserts unless the name is there, and returns the one that is there: safe when two processes do it at once. */
  ensure(project: Project): Project {
    this.database
      .prepare(
        'INSERT INTO projects (id, name, model_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING',
      )
      .run(project.id, project.name, project.modelId, project.createdAt);
    return this.candidates.byName(project.name)[0] ?? project;
  }
}

function toProject(row: ProjectRow): Project {
  return { id: row.id, name: row.name, modelId: row.model_id, createdAt: row.created_at };
}

function withUniqueName(name: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
    throw new GraftError(
      'conflict',
      databaseWords.projectTaken({ name }),
      { field: 'name', remedy: databaseWords.otherName() },
      error,
    );
  }
}
