/**
 * What a person has chosen, kept in the data folder and not in a browser. Unknown or outdated values fall back to
 * defaults.
 */
import { z } from 'zod';

export const samplingSchema = z.object({
  maxTokens: z.int().min(1).max(8192),
  temperature: z.number().min(0).max(5),
  topP: z.number().gt(0).max(1),
  topK: z.int().min(0).max(1000), // 0: off
  repetitionPenalty: z.number().min(0.5).max(2), // 1: off
  seed: z.int().min(0),
});

export type Sampling = z.infer<typeof samplingSchema>;

/** What answers in chats: our own tensors, llama.cpp, or whichever suits the model. */
export const chatEngineSchema = z.enum(['auto', 'tensor', 'llama.cpp']);

export type ChatEngineName = z.infer<typeof chatEngineSchema>;

/** The oldest are forgotten. */
export const mostDeclined = 200;

export const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'ja']),
  projectId: z.string().nullable(),
  /** The model of the last chat. */
  chatModelId: z.string().nullable(),
  chatEngine: chatEngineSchema,
  /** The offer of llama.cpp was put away. */
  llamaCppDeclined: z.boolean(),
  /** Content hashes of models that the person did not want converted for llama.cpp. */
  conversionsDeclined: z.array(z.string().max(100)).max(mostDeclined),
  /** What adapters converted for llama.cpp may take of the disk. Bytes. */
  llamaCppAdapterBytes: z.int().min(1e8).max(1e12),
  sampling: samplingSchema,
  systemPrompt: z.string().max(20_000),
  blindCompare: z.boolean(),
  /** The side panes of the chat, where the window is wide enough for them. */
  chatListOpen: z.boolean(),
  chatSettingsOpen: z.boolean(),
  showAdvanced: z.boolean(),
  /** All methods under the cards of the training form. */
  moreMethods: z.boolean(),
  smoothing: z.number().min(0).lt(1),
  notifyWhenRunEnds: z.boolean(),
  stayAwakeWhileTraining: z.boolean(),
  pauseOnBattery: z.boolean(),
  /** The guided first run was ended or skipped. */
  firstRunDone: z.boolean(),
  /** What the server for other programs was last started with; the key is '' until one is made. */
  server: z.object({
    modelId: z.string().nullable(),
    allAdapters: z.boolean(),
    port: z.int().min(1).max(65535).nullable(),
    withKey: z.boolean(),
    deterministic: z.boolean().default(false),
    /** Ids of adapters. */
    pins: z.array(z.string()).default([]),
    prefetch: z.boolean().default(true),
    apiKey: z.string(),
  }),
  /** What was last chosen in the command palette, the newest first: ids such as `run:…` or `command:…`. */
  recentFinds: z.array(z.string().max(200)).max(12),
});

export type Preferences = z.infer<typeof preferencesSchema>;

export const defaultPreferences: Preferences = {
  theme: 'system',
  language: 'system',
  projectId: null,
  chatModelId: null,
  chatEngine: 'auto',
  llamaCppDeclined: false,
  conversionsDeclined: [],
  llamaCppAdapterBytes: 2e9,
  sampling: { maxTokens: 256, temperature: 0.7, topP: 0.9, topK: 0, repetitionPenalty: 1.1, seed: 0 },
  systemPrompt: '',
  blindCompare: false,
  chatListOpen: true,
  chatSettingsOpen: false,
  showAdvanced: false,
  moreMethods: false,
  smoothing: 0.9,
  notifyWhenRunEnds: true,
  stayAwakeWhileTraining: true,
  pauseOnBattery: false,
  firstRunDone: false,
  server: {
    ...{ modelId: null, allAdapters: true, port: null, withKey: true, deterministic: false, apiKey: '' },
    ...{ pins: [], prefetch: true },
  },
  recentFinds: [],
};
