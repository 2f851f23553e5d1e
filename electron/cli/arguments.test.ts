import { describe, expect, it } from 'vitest';
import { COMMANDS, helpText, parseCommand } from './arguments.ts';

describe('a command line', () => {
  it.each([
    { argv: ['matrix', '--json'], name: 'matrix', options: { json: true } },
    {
      argv: ['--engine', 'demo', 'explain', 'web', 'db'],
      name: 'explain',
      operands: ['web', 'db'],
      options: { engine: 'demo' },
    },
    {
      argv: ['block', 'shop/web', 'db', '--dry-run'],
      name: 'block',
      operands: ['shop/web', 'db'],
      options: { dryRun: true },
    },
    {
      argv: ['block', 'a', 'b', '--port', 'tcp/1', '--port', 'udp/2'],
      name: 'block',
      options: { ports: ['tcp/1', 'udp/2'] },
    },
    {
      argv: ['isolate', 'all', '--internet-only'],
      name: 'isolate',
      operands: ['all'],
      options: { internetOnly: true },
    },
    {
      argv: ['release', 'project:shop'],
      name: 'release',
      operands: ['project:shop'],
      options: { internetOnly: false },
    },
    { argv: ['guard', 'network:front'], name: 'guard', operands: ['network:front'] },
    { argv: ['unguard', 'posture', '--dry-run'], name: 'unguard', operands: ['posture'], options: { dryRun: true } },
    { argv: ['history', '--json'], name: 'history', operands: [], options: { json: true } },
    { argv: ['undo'], name: 'undo', operands: [] },
    {
      argv: ['undo', '3fa9', '--dry-run', '--json'],
      name: 'undo',
      operands: ['3fa9'],
      options: { dryRun: true, json: true },
    },
    { argv: ['verify', '--from=web'], name: 'verify', options: { from: 'web' } },
    { argv: ['serve', '--port', '8123', '--no-open'], name: 'serve', options: { port: 8123, open: false, ports: [] } },
  ])('reads $argv', ({ argv, name, operands, options }) => {
    const command = parseCommand(argv);
    expect(command).toMatchObject({ name, ...(options ? { options } : {}) });
    if (operands) expect(command).toMatchObject({ operands });
  });

  it.each([
    { argv: ['frobnicate'], says: 'There is no command "frobnicate".' },
    { argv: ['constructor'], says: 'There is no command "constructor".' },
    { argv: ['block', 'web'], says: '"bulkhead block" takes 2 names, not 1.' },
    { argv: ['pause', '--for', '0'], says: '"0" is no time: give minutes from 1 to 10080.' },
    { argv: ['pause', '--for', 'soon'], says: '"soon" is no time: give minutes from 1 to 10080.' },
    { argv: ['resume', '--for', '5'], says: '"bulkhead resume" takes no --for.' },
    { argv: ['isolate'], says: '"bulkhead isolate" takes 1 name, not 0.' },
    { argv: ['undo', 'a', 'b'], says: '"bulkhead undo" takes at most 1 name, not 2.' },
    { argv: ['guard', 'posture', '--internet-only'], says: '"bulkhead guard" takes no --internet-only.' },
    { argv: ['undo', '--port', 'tcp/1'], says: '"bulkhead undo" takes no --port.' },
    { argv: ['matrix', '--dry-run'], says: '"bulkhead matrix" takes no --dry-run.' },
    { argv: ['matrix', '--json', '--csv'], says: 'Choose one of --json and --csv.' },
    { argv: ['serve', '--port', '65536'], says: '"65536" is no port: give a number from 0 to 65535.' },
    { argv: ['serve', '--port', '1e3'], says: '"1e3" is no port: give a number from 0 to 65535.' },
  ])('refuses $argv', ({ argv, says }) => {
    expect(() => parseCommand(argv)).toThrow(says);
  });

  it('refuses an option nobody knows', () => {
    expect(() => parseCommand(['matrix', '--frob'])).toThrow(/--frob/);
  });

  it.each([[], ['--help'], ['matrix', '-h']])('helps when asked by %j', (...argv) => {
    expect(parseCommand(argv)).toBe('help');
  });

  it('tells every command in its help', () => {
    const lines = helpText().split('\n');
    const told = Object.keys(COMMANDS).filter((name) => lines.some((line) => line.startsWith(`  ${name}`)));
    expect(told).toEqual(Object.keys(COMMANDS));
  });
});
