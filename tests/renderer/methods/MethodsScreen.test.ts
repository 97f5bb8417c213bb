/** *Which method?*: everything registered stands there once, with its source, in the window's language. */
import { screen, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { trainingParts } from '../../../main/training/registry.ts';
import MethodsScreen from '../../../renderer/screens/methods/MethodsScreen.svelte';
import { pretendLayout, show, testWindow } from '../support/testWindow.ts';

it.each(['en', 'ja'] as const)('says of each method and part of training when to take it (%s)', async (language) => {
  pretendLayout();
  const window = testWindow({ models: { list: () => [] }, projects: { list: () => [] } });
  window.studio.i18n.choice = language;
  show(window, MethodsScreen, {});
  const articles = await screen.findAllByRole('article');
  expect(articles.length).toBe(Object.keys(methodSpecs).length);
  for (const { id, title, suits } of Object.values(methodSpecs)) {
    const named = articles.filter((article) => within(article).queryByRole('heading', { name: title }));
    expect(named.length).toBe(1);
    expect(named[0].textContent).toContain(suits.text[language]);
    expect(named[0].textContent).toContain(suits.source[language]);
    expect(named[0].querySelector(`a[href="/train?choose=${id}"]`)).not.toBeNull();
  }
  for (const { title, summary } of trainingParts) {
    expect(screen.getAllByText(title[language], { selector: 'dt' }).length).toBeGreaterThan(0);
    expect(screen.getByText(summary[language])).toBeTruthy();
  }
});
