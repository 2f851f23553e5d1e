/** Hands something to the browser, or the desktop app, to be saved as a file. */
export function saveBlob(name: string, contents: Blob): void {
  const url = URL.createObjectURL(contents);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; what was handed over stays until it ends.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
