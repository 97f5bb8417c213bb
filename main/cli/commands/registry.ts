/** Every command, in the order that help lists them. */
import type { AddCommand } from '../leaf.ts';
import { addAdapterCommands } from './adapter.ts';
import { addChatCommand } from './chat.ts';
import { addClassifyCommand } from './classify.ts';
import { addDatasetCommands } from './dataset.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addHomeCommands } from './home.ts';
import { addLogitsCommand } from './logits.ts';
import { addMethodCommands } from './method.ts';
import { addModelCommands } from './model.ts';
import { addPromptCommand } from './prompt.ts';
import { addRunCommands } from './run.ts';
import { addRuntimeCommands } from './runtime.ts';
import { addServeCommand } from './serve.ts';
import { addStudioCommand } from './studio.ts';
import { addTokenizeCommand } from './tokenize.ts';
import { addTrainCommand } from './train.ts';

export const commands: readonly AddCommand[] = [
  addStudioCommand,
  addDemoCommand,
  addDoctorCommand,
  addRuntimeCommands,
  addModelCommands,
  addDatasetCommands,
  addMethodCommands,
  addTrainCommand,
  addRunCommands,
  addAdapterCommands,
  addChatCommand,
  addServeCommand,
  addClassifyCommand,
  addTokenizeCommand,
  addPromptCommand,
  addLogitsCommand,
  addHomeCommands,
];
