/**
 * Imported before uPlot, which makes a number format of `navigator.language` as it loads: a browser started in the C
 * locale says `en-US@posix` there, which is no language tag and would take the screen down.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { configurable: true, value: 'en-US' });
}
