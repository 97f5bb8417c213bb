/** The keys that a person can learn, as the settings list them. A new shortcut is one line here and its words. */
export interface Shortcut {
  readonly name: 'palette' | 'close' | 'move' | 'extend' | 'toggle' | 'all' | 'search' | 'remove';
  readonly where: 'everywhere' | 'lists';
  readonly keys: readonly string[];
  /** Where a Mac has others. */
  readonly macKeys?: readonly string[];
}

export const shortcuts: readonly Shortcut[] = [
  { name: 'palette', where: 'everywhere', keys: ['Ctrl', 'K'], macKeys: ['⌘', 'K'] },
  { name: 'close', where: 'everywhere', keys: ['Esc'] },
  { name: 'search', where: 'lists', keys: ['/'] },
  { name: 'move', where: 'lists', keys: ['↑', '↓'] },
  { name: 'toggle', where: 'lists', keys: ['Space'] },
  { name: 'extend', where: 'lists', keys: ['Shift', '↑', '↓'] },
  { name: 'all', where: 'lists', keys: ['Ctrl', 'A'], macKeys: ['⌘', 'A'] },
  { name: 'remove', where: 'lists', keys: ['Del'], macKeys: ['⌘', '⌫'] },
];
