/** A very small shell: enough to see how a terminal feels. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { TerminalDomain } from '../../domains/terminal.ts';
import type { DemoStage } from './containers.ts';

const HELP = 'This is a simulated container: try hostname, ls, env, echo, exit.';

export function createDemoTerminal({ world }: DemoStage): TerminalDomain {
  return {
    open: async (ref, { kind, signal }) => {
      const { described, state } = world.find(ref);
      if (state !== 'running') {
        throw new BulkheadError({
          code: 'ENGINE_REFUSED',
          message: `${described.name} is not running.`,
          hint: 'Start the container first.',
        });
      }
      const prompt = `\u001b[32m${described.name}\u001b[0m:/# `;
      const queue: string[] = [];
      let wake: (() => void) | null = null;
      let isOpen = true;
      let code: number | null = null;
      const say = (text: string): void => {
        queue.push(text);
        wake?.();
      };
      const close = (): void => {
        isOpen = false;
        wake?.();
      };
      signal?.addEventListener('abort', close, { once: true });
      const run = (line: string): string => {
        const [command = '', ...rest] = line.trim().split(/\s+/);
        if (command === '') return '';
        if (command === 'hostname') return `${described.name}\r\n`;
        if (command === 'echo') return `${rest.join(' ')}\r\n`;
        if (command === 'ls') return 'app  etc  tmp  var\r\n';
        if (command === 'env') return `HOSTNAME=${described.name}\r\nTERM=xterm-256color\r\n`;
        if (command === 'help') return `${HELP}\r\n`;
        if (command === 'exit') {
          code = Number(rest[0] ?? 0);
          close();
          return '';
        }
        return `sh: ${command}: not found\r\n`;
      };
      let line = '';
      const type = (key: string): void => {
        if (key === '\r') {
          say('\r\n');
          const answer = run(line);
          line = '';
          say(isOpen ? answer + prompt : answer);
        } else if (key === '\u007f') {
          if (line === '') return;
          line = line.slice(0, -1);
          say('\b \b');
        } else if (key >= ' ') {
          line += key;
          say(key);
        }
      };
      say(kind === 'shell' ? `${HELP}\r\n${prompt}` : '');
      return {
        program: kind === 'shell' ? 'sh' : '',
        isTerminal: true,
        takesInput: kind === 'shell',
        output: (async function* () {
          while (isOpen || queue.length > 0) {
            const text = queue.splice(0).join('');
            if (text !== '') yield text;
            else await new Promise<void>((resolve) => (wake = resolve));
          }
        })(),
        write: async (text) => {
          if (kind === 'shell') for (const key of text) type(key);
        },
        resize: async () => undefined,
        exitCode: async () => code,
        close,
      };
    },
  };
}
