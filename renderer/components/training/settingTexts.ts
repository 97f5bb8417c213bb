/** Names and notes of settings in the window's language, where there is a name alone: its schema has the words. */
import { choiceIn, descriptionIn, type FieldWords, titleIn } from '../../../main/contract/fieldWords.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { trainRequestSchema } from '../../../main/contract/trainRequest.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { Language } from '../../i18n/catalogue.ts';
import { schemaFields } from './schemaFields.ts';

interface Speaking {
  readonly language: Language;
}

const schemas = [...Object.values(methodSpecs).map(({ options }) => options), trainingSchema, trainRequestSchema];

const fields = new Map<string, FieldWords>([
  // What a run's rows have besides.
  ['classes', { title: 'Classes', description: '', ja: { title: 'クラス', description: '' } }],
  ...schemas.flatMap(schemaFields).map((field) => [field.name, field] as const),
]);

/** The bare name where no schema has it: of a run that another version made. */
export function nameOfSetting(name: string, { language }: Speaking): string {
  const field = fields.get(name);
  return field === undefined ? name : titleIn(language, field);
}

export function noteOfSetting(name: string, { language }: Speaking): string {
  const field = fields.get(name);
  return field === undefined ? '' : descriptionIn(language, field);
}

/** What one of a setting's choices is called. */
export function choiceOfSetting(name: string, value: string, { language }: Speaking): string {
  const field = fields.get(name);
  return field === undefined ? value : choiceIn(language, field, value);
}
