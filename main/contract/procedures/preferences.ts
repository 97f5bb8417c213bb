import { preferencesSchema, type Preferences } from '../preferences.ts';
import { gives, procedure } from './procedure.ts';

export const preferences = {
  get: procedure.output(gives<Preferences>()),
  update: procedure.input(preferencesSchema.partial()).output(gives<Preferences>()),
};
