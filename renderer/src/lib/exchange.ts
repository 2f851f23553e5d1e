/** Files between the user's disk and the core, beside the contract. */

/** Lets the browser save what is offered there. @param path relative to the page */
export function download(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

/** @throws Error when nobody takes it. What becomes of it, the job tells that waits for it. */
export async function upload(path: string, file: File): Promise<void> {
  const response = await fetch(path, { method: 'PUT', body: file });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
}

/** Lets the user choose one file; null when they think better of it. @param accept as of an `<input>` */
export function chooseFile(accept: string): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}
