import { screen } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import { peftExport } from '../../../main/contract/exports/peft.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import ExportOptions from '../../../renderer/components/exports/ExportOptions.svelte';
import { ExportWork } from '../../../renderer/components/exports/ExportWork.svelte.ts';
import { pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);

it.each([
  ['vera', 1],
  ['lora', 0],
])('shows an option to the methods that it is for: %s', (method, count) => {
  const window = testWindow({});
  const { capabilities } = getMethodSpec(method);
  show(window, ExportOptions, { schema: peftExport.options, capabilities, work: new ExportWork(window.studio) });
  expect(screen.queryAllByRole('switch', { name: /older PEFT/ })).toHaveLength(count);
});
