/** Every file of words: one line each. */
import { backendSpecs } from '../../backends/registry.ts';
import { trainingParts } from '../../training/registry.ts';
import { answeringWords } from './answering.ts';
import { chatCommandWords } from './chatCommand.ts';
import { commonWords } from './common.ts';
import { csvWords } from './csv.ts';
import { exportWords } from './exports.ts';
import { fileKindWords } from './fileKinds.ts';
import { fileWords } from './files.ts';
import { modelFileWords } from './modelFiles.ts';
import { ownPromptWords } from './ownPrompts.ts';
import { sameContentWords } from './sameContent.ts';
import { folderWords } from './folders.ts';
import { jsonListWords } from './jsonLists.ts';
import { labelWords } from './labels.ts';
import { messageWords } from './messages.ts';
import { packageVersionWords } from './packageVersions.ts';
import { parquetWords } from './parquet.ts';
import { readingWords } from './reading.ts';
import { rowWords } from './rows.ts';
import { templateWords } from './templates.ts';
import { textFileWords } from './textFiles.ts';
import { tokenRowWords } from './tokenRows.ts';
import { trainingWords } from './training.ts';
import { trashWords } from './trash.ts';
import { validationWords } from './validation.ts';
import { valueWords } from './values.ts';
import { webgpuWords } from './webgpu.ts';
import { windowWords } from './window.ts';
import { coreWords } from './core.ts';
import { engineAdapterWords } from './engineAdapters.ts';
import { engineBackendWords } from './engineBackends.ts';
import { engineExportWords } from './engineExports.ts';
import { engineChatWords } from './engineChat.ts';
import { engineServingWords } from './engineServing.ts';
import { llamaCppWords } from './llamaCpp.ts';
import { selfTestWords } from './selfTest.ts';
import { engineTrainingWords } from './engineTraining.ts';
import { engineProcessWords } from './engineProcess.ts';
import { runQueueWords } from './runQueue.ts';
import { progressWords } from './progress.ts';
import { machineWords } from './machine.ts';
import { backendWords } from './backends.ts';
import { chatEngineWords } from './chatEngines.ts';
import { runtimeWords } from './runtimes.ts';
import { runtimeFetchWords } from './runtimeFetches.ts';
import { chatWords } from './chats.ts';
import { servingWords } from './serving.ts';
import { hostWords } from './hosts.ts';
import { taskWords } from './tasks.ts';
import { libraryWords } from './library.ts';
import { datasetLibraryWords } from './datasetsLibrary.ts';
import { runRequestWords } from './runRequests.ts';
import { runStateWords } from './runStates.ts';
import { runWords } from './runs.ts';
import { dataFolderWords } from './dataFolder.ts';
import { archiveWords } from './archives.ts';
import { studioExportWords } from './exportsStudio.ts';
import { diskWords } from './disk.ts';
import { sweepWords } from './sweep.ts';
import { commandLineWords } from './commandLine.ts';
import { databaseWords } from './database.ts';
import { engineFrameWords } from './engineFrames.ts';
import { hubWords } from './hub.ts';
import { hubFileWords } from './hubFiles.ts';
import { modelConfigWords } from './modelConfig.ts';
import { otherProgramWords } from './otherPrograms.ts';
import { sourceWords } from './settingSources.ts';
import { targetWords } from './targets.ts';
import { safetensorsWords } from './safetensors.ts';
import { ggufWords } from './gguf.ts';
import { ggufLoraWords } from './ggufLora.ts';
import { weightWords } from './weights.ts';
import { peftWords } from './peft.ts';
import { tokenFileWords } from './tokenFiles.ts';
import { tokenizerWords } from './tokenizer.ts';
import { importNoticeWords } from './importNotices.ts';
import { unscaledWords } from './unscaled.ts';
import { methodSpecs } from '../../methods/registry.ts';
import type { Speaker } from './words.ts';

export const everyWords: readonly Readonly<Record<string, Speaker<never>>>[] = [
  tokenizerWords,
  tokenFileWords,
  peftWords,
  weightWords,
  ggufLoraWords,
  ggufWords,
  safetensorsWords,
  targetWords,
  sourceWords,
  otherProgramWords,
  modelConfigWords,
  hubFileWords,
  hubWords,
  engineFrameWords,
  databaseWords,
  answeringWords,
  chatCommandWords,
  commonWords,
  csvWords,
  exportWords,
  fileKindWords,
  fileWords,
  modelFileWords,
  ownPromptWords,
  sameContentWords,
  folderWords,
  jsonListWords,
  labelWords,
  messageWords,
  packageVersionWords,
  parquetWords,
  readingWords,
  rowWords,
  templateWords,
  textFileWords,
  tokenRowWords,
  trainingWords,
  trashWords,
  unscaledWords,
  validationWords,
  valueWords,
  windowWords,
  coreWords,
  engineAdapterWords,
  engineBackendWords,
  engineExportWords,
  engineChatWords,
  engineServingWords,
  llamaCppWords,
  selfTestWords,
  engineTrainingWords,
  engineProcessWords,
  runQueueWords,
  progressWords,
  machineWords,
  backendWords,
  chatEngineWords,
  runtimeWords,
  runtimeFetchWords,
  chatWords,
  servingWords,
  hostWords,
  taskWords,
  libraryWords,
  datasetLibraryWords,
  runRequestWords,
  runStateWords,
  runWords,
  dataFolderWords,
  archiveWords,
  studioExportWords,
  diskWords,
  sweepWords,
  commandLineWords,
  importNoticeWords,
  webgpuWords,
  ...backendSpecs.flatMap(({ words }) => (words === undefined ? [] : [words])),
  ...trainingParts.flatMap(({ words }) => (words === undefined ? [] : [words])),
  ...Object.values(methodSpecs).flatMap(({ words }) => (words === undefined ? [] : [words])),
];
