/** What a backend or a runtime is called, by the doctor's name of it; the name itself where nobody knows it. */
import { findBackendPlace } from '../../../main/backends/registry.ts';
import type { I18n } from '../../i18n/I18n.svelte.ts';
import { backendOfChoice } from './selfTests.ts';

export function backendName(backend: string, { language }: Pick<I18n, 'language'>): string {
  return findBackendPlace(backend)?.title[language] ?? backend;
}

/** Whether this Graft can compute with it where it is found. */
export function isBackendThere(backend: string): boolean {
  return findBackendPlace(backend)?.isThere ?? true;
}

/** The chosen one with its precision: `TensorFlow on the CPU, float32`. */
export function chosenName(chosen: string, i18n: Pick<I18n, 'language'>): string {
  const [, ...details] = chosen.split(',');
  return [backendName(backendOfChoice(chosen), i18n), ...details].join(',');
}
