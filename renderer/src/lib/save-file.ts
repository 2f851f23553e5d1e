/** Has the browser fetch a file that the core offers, and save it where its user wants it. */
export function saveFile({ path, name }: { readonly path: string; readonly name: string }): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = name;
  link.click();
}
