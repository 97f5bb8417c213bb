import { Box } from '@lucide/svelte';
import { describe, expect, it } from 'vitest';
import { type Find, rankFinds, withRecent } from '../../../renderer/commands/rankFinds.ts';

const find = (id: string, label: string, others: Partial<Find> = {}): Find => ({
  ...{ id, label, icon: Box, run: () => undefined },
  ...{ group: id.startsWith('screen') ? 'screens' : id.startsWith('command') ? 'commands' : 'adapters' },
  ...others,
});

const shown = (wanted: Parameters<typeof rankFinds>[0]): string[] =>
  rankFinds(wanted).flatMap(({ group, finds }) => finds.map((ranked) => `${group}: ${ranked.find.label}`));

const finds = [
  find('screen:/runs', 'Runs'),
  find('command:themeDark', 'Theme: dark', { keywords: 'night mode' }),
  find('adapter:1', 'formal-letters', { note: 'VB-LoRA · voice' }),
  find('adapter:2', 'support-voice'),
  find('adapter:3', 'haiku'),
];

describe('rankFinds', () => {
  it('shows what was used last, where to go and what to do before anything is typed, each once', () => {
    expect(shown({ query: '', finds, recent: ['adapter:3', 'command:themeDark', 'run:gone'] })).toEqual([
      'recent: haiku',
      'recent: Theme: dark',
      'screens: Runs',
    ]);
  });

  it('puts the name before tags and notes that hold the word', () => {
    expect(shown({ query: 'voice', finds, recent: [] })).toEqual([
      'adapters: support-voice',
      'adapters: formal-letters',
    ]);
  });

  it('finds a command by another word for it', () => {
    expect(shown({ query: 'night', finds, recent: [] })).toEqual(['commands: Theme: dark']);
  });

  it('shows what the studio found by words that are not shown, after what is called so', () => {
    const all = [...finds, find('adapter:9', 'q4-replies', { isFound: true })];
    expect(shown({ query: 'haiku', finds: all, recent: [] })).toEqual(['adapters: haiku', 'adapters: q4-replies']);
  });

  it('prefers what was used lately among equals, but not over a better name', () => {
    const twins = [find('adapter:a', 'letter one'), find('adapter:b', 'letter two'), find('adapter:c', 'my letter')];
    expect(shown({ query: 'letter', finds: twins, recent: ['adapter:b'] })[0]).toBe('adapters: letter two');
    expect(shown({ query: 'letter', finds: twins, recent: ['adapter:c'] })[2]).toBe('adapters: my letter');
  });

  it('puts the group with the best answer first', () => {
    const all = [...finds, find('adapter:r', 'about runs')];
    expect(shown({ query: 'runs', finds: all, recent: [] })).toEqual(['screens: Runs', 'adapters: about runs']);
  });
});

describe('withRecent', () => {
  it('moves what is used again to the front and forgets the oldest', () => {
    expect(withRecent(['a', 'b', 'c'], 'c', 3)).toEqual(['c', 'a', 'b']);
    expect(withRecent(['a', 'b', 'c'], 'd', 3)).toEqual(['d', 'a', 'b']);
  });
});
