/** Options that several methods have. Null targets mean the model family's own default. */
import { z } from 'zod';
import { option } from './optionTable.ts';

const names = z.array(z.string().min(1)).min(1);
const namesOrPattern = z.union([names, z.string().min(1)]).nullable();

/** PEFT writes nothing, null or an empty list where nothing was asked for. */
const storedNames = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (value?.length ? value : null));

/** Which modules are adapted: of every method that adapts linear layers. */
export const targetOptions = {
  targets: option(namesOrPattern.default(null), {
    title: { en: 'Target modules', ja: '対象モジュール' },
    description: {
      en: "Names or suffixes, a regular expression, or all-linear; empty: the model family's default",
      ja: '名前や語尾、正規表現、または all-linear。空欄ならモデルの種類ごとの既定',
    },
    stored: 'target_modules',
    read: storedNames,
  }),
  layersToTransform: option(z.array(z.int().nonnegative()).nullable().default(null), {
    title: { en: 'Layers', ja: '対象の層' },
    description: {
      en: 'Indices of the layers to adapt; empty: all',
      ja: '対象にする層の番号。空欄ならすべて',
    },
    advanced: true,
    stored: 'layers_to_transform',
    read: z
      .union([z.array(z.int().nonnegative()), z.int().nonnegative()])
      .nullish()
      .transform((value) => (typeof value === 'number' ? [value] : value?.length ? value : null)),
  }),
  layersPattern: option(namesOrPattern.default(null), {
    title: { en: 'Layer list', ja: '層リスト名' },
    description: {
      en: 'Name of the list that holds the layers, e.g. layers or h',
      ja: '層が並ぶリストの名前（layers、h など）',
    },
    advanced: true,
    stored: 'layers_pattern',
    read: storedNames,
  }),
};

export const excludeOption = {
  excludeModules: option(namesOrPattern.default(null), {
    title: { en: 'Excluded modules', ja: '除外モジュール' },
    description: {
      en: 'Names, suffixes or a regular expression of modules left alone',
      ja: '対象から外すモジュールの名前、語尾、または正規表現',
    },
    advanced: true,
    stored: 'exclude_modules',
    read: storedNames,
  }),
};

/** `fallback` as PEFT has it, where it knows the method. */
export const rankOption = (fallback: number, inPeft = false) =>
  option(z.int().positive().max(65_536).default(fallback), {
    title: { en: 'Rank', ja: 'ランク' },
    description: {
      en: `Width of the low-rank update${inPeft ? `; PEFT's default is ${fallback}` : ''}`,
      ja: '低ランク更新の幅',
    },
    stored: 'r',
  });

/** s = alpha / rank, of methods that PEFT does not know. */
export const alphaOption = (fallback: number) =>
  option(z.number().positive().default(fallback), {
    title: { en: 'Alpha', ja: 'アルファ' },
    description: { en: 'The update is scaled by alpha / rank', ja: '更新は アルファ / ランク 倍されます' },
    stored: 'lora_alpha',
  });

/** `stored`: `lora_dropout` and its kin. */
export const dropoutOption = (stored: string) =>
  option(z.number().min(0).lt(1).default(0), {
    title: { en: 'Dropout', ja: 'ドロップアウト' },
    description: {
      en: "Share of the adapter's inputs left out while training",
      ja: '学習中にアダプターの入力から落とす割合',
    },
    stored,
  });
