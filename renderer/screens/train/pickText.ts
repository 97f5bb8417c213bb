/** A text file of the person's that the window reads itself, e.g. a configuration. Undefined when none was chosen. */
export function pickText(accept: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (file === undefined) resolve(undefined);
      else file.text().then(resolve, reject);
    });
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  });
}
