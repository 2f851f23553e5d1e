import { describe, expect, test } from 'vitest';
import { fromPlaywright, fromVitest, settled, summary } from './results.mjs';

const file = (name, status, tests, message = '') => ({
  name: `/checkout/${name}`,
  status,
  message,
  assertionResults: tests.map(([fullName, outcome, failureMessages = []]) => ({
    fullName,
    status: outcome,
    failureMessages,
  })),
});

describe('results of vitest', () => {
  test('every outcome is counted, and failures keep their messages', () => {
    const report = {
      testResults: [
        file('a.test.ts', 'passed', [
          ['one', 'passed'],
          ['two', 'skipped'],
          ['three', 'todo'],
          ['four', 'pending'],
        ]),
        file('b.test.ts', 'failed', [
          ['five', 'failed', ['expected 1 to be 2']],
          ['six', 'passed'],
        ]),
      ],
    };
    expect(fromVitest(report, '/checkout')).toEqual({
      passed: 2,
      skipped: 3,
      failures: [{ name: 'b.test.ts > five', message: 'expected 1 to be 2' }],
    });
  });

  test('a file that does not load, or whose set-up fails, is a failure', () => {
    const report = {
      testResults: [
        file('a.test.ts', 'failed', [], 'Cannot find module'),
        file('b.test.ts', 'failed', [['one', 'skipped']], 'beforeAll: no engine'),
      ],
    };
    expect(fromVitest(report, '/checkout')).toEqual({
      passed: 0,
      skipped: 1,
      failures: [
        { name: 'a.test.ts', message: 'Cannot find module' },
        { name: 'b.test.ts', message: 'beforeAll: no engine' },
      ],
    });
  });
});

test('results of Playwright are counted through nested suites; what is flaky passes and is told, errors of its own fail', () => {
  const spec = (title, status, errors = []) => ({ title, tests: [{ status, results: [{ errors }] }] });
  const report = {
    errors: [{ message: 'no such fixture' }],
    suites: [
      {
        title: 'matrix.spec.ts',
        specs: [spec('opens', 'expected'), spec('blocks', 'unexpected', [{ message: 'still open' }])],
        suites: [
          { title: 'keyboard', specs: [spec('moves', 'flaky', [{ message: 'lost' }]), spec('later', 'skipped')] },
        ],
      },
    ],
  };
  expect(fromPlaywright(report)).toEqual({
    passed: 2,
    skipped: 1,
    failures: [
      { name: 'playwright', message: 'no such fixture' },
      { name: 'matrix.spec.ts > blocks', message: 'still open' },
    ],
    flaky: [{ name: 'matrix.spec.ts > keyboard > moves', message: 'lost' }],
  });
});

describe('a suite as a whole', () => {
  const reported = (passed, failures = []) => ({ passed, skipped: 1, failures });
  test.each([
    ['passes', reported(2), 0, []],
    ['has failed tests', reported(2, [{ name: 'a', message: '' }]), 1, ['']],
    ['ran no test', reported(0), 0, ['It ran no test.']],
    ['left no report', null, 0, ['Its runner left no report.']],
    ['did not end', reported(2), 124, ['It did not end in time.']],
    [
      'fell over after its tests',
      reported(2),
      1,
      ['Its runner ended with code 1, without a failed test; see its output above.'],
    ],
  ])('%s', (_name, report, code, messages) => {
    expect(settled(report, code).failures.map(({ message }) => message)).toEqual(messages);
  });
});

test('the summary ends with the failures and then one plain line', () => {
  const results = [
    { suite: 'unit', passed: 10, skipped: 1, failures: [], flaky: [{ name: 'y', message: 'once' }], ms: 1234 },
    {
      suite: 'engine 28.5',
      passed: 2,
      skipped: 0,
      failures: [{ name: 'x', message: '\u001b[31mred\u001b[0m\nline' }],
      ms: 60_000,
    },
  ];
  expect(summary(results, [{ suite: 'browser', why: 'it takes root' }])).toBe(
    [
      'suite        passed  failed  skipped    time',
      'unit             10       0        1   1.2 s',
      'engine 28.5       2       1        0  60.0 s',
      'browser: not run, it takes root',
      '',
      'FLAKY unit: y',
      '  once',
      '',
      'FAILED engine 28.5: x',
      '  red',
      '  line',
      '',
      '12 passed, 1 failed, 1 skipped',
      '',
    ].join('\n'),
  );
});
