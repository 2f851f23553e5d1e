/** Lines of a log as text, for the clipboard and for files. */
import { plainText } from '../../../../shared/logs/level.ts';
import type { BufferedLine, LogBuffer } from './log-buffer.ts';

export interface TextOptions {
  readonly times: boolean;
  /** Names by source; null: without. */
  readonly names: readonly string[] | null;
}

export function textOfShown(buffer: LogBuffer, options: TextOptions): string {
  const lines = buffer.shown.flatMap((number) => buffer.at(number) ?? []).map((line) => textOfLine(line, options));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function textOfLine({ time, source, text }: BufferedLine, { times, names }: TextOptions): string {
  return [...(times ? [time] : []), ...(names ? [`${names[source] ?? ''} |`] : []), plainText(text)].join(' ');
}

/** `09:05:03.042`, in the reader's own time. */
export function clockTime(time: string): string {
  const at = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
