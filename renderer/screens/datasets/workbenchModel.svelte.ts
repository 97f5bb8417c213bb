/**
 * The model through whose eyes a dataset is looked at: of the address, of the project, or the first that has a
 * tokenizer.
 */
import { createQuery } from '@tanstack/svelte-query';
import type { Model } from '../../../main/contract/entities.ts';
import { defaultMethod } from '../../../main/contract/trainRequest.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import type { StudioWindow } from '../../state/studio.ts';

export class WorkbenchModel {
  readonly models;
  readonly #projects;
  readonly #studio: StudioWindow;
  readonly #asked: () => string | undefined;

  constructor(studio: StudioWindow, asked: () => string | undefined) {
    this.#studio = studio;
    this.#asked = asked;
    this.models = createQuery(() => studio.queries.models.list.queryOptions());
    this.#projects = createQuery(() => studio.queries.projects.list.queryOptions());
  }

  /** Undefined while nothing is known yet, null where there is no model. */
  get current(): Model | null | undefined {
    const { data: models } = this.models;
    if (models === undefined || this.#projects.isLoading) return undefined;
    const { projectId } = this.#studio.preferences.value;
    const project = this.#projects.data?.find(({ id }) => id === projectId) ?? this.#projects.data?.[0];
    const byId = (id: string | null | undefined): Model | undefined => models.find((model) => model.id === id);
    return (
      byId(this.#asked()) ??
      byId(project?.modelId) ??
      models.find(({ hasTokenizer }) => hasTokenizer) ??
      models[0] ??
      null
    );
  }
}

/** What training cuts to where nobody says otherwise. */
export function defaultCut({ shape }: Pick<Model, 'shape'>): number {
  return Math.min(getMethodSpec(defaultMethod).recommended.maxLength.value, shape.maxPositions);
}
