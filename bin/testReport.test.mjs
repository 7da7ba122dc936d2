import { expect, test } from 'vitest'
import { readPlaywright, readVitest, summarise } from './testReport.mjs'

const step = (overrides) => ({
  name: 'lint',
  seconds: 1,
  outcome: 'passed',
  why: null,
  counts: null,
  ...overrides,
})
const counts = (overrides) => ({ passed: 3, failed: [], skipped: [], flaky: [], ...overrides })
const lastLine = (results) => summarise(results).text.split('\n').at(-1)

test('the last line sums checks and tests', () => {
  const results = [
    step({}),
    step({ outcome: 'failed' }),
    step({ name: 'unit', counts: counts({ skipped: ['a'] }) }),
    step({ name: 'e2e', outcome: 'skipped', why: 'build failed' }),
  ]
  // 1 check + 3 tests; 1 check; 1 test + 1 step.
  expect(lastLine(results)).toBe('4 passed, 1 failed, 2 skipped')
  expect(summarise(results).isGreen).toBe(false)
})

test('a run that fails outside every test is not green', () => {
  const results = [step({ name: 'unit', outcome: 'failed', counts: counts({}) })]
  expect(lastLine(results)).toBe('3 passed, 1 failed, 0 skipped')
  expect(summarise(results).isGreen).toBe(false)
})

test('nothing at all is not green', () => {
  expect(summarise([]).isGreen).toBe(false)
})

test('what was skipped or needed a retry is named with its reason', () => {
  const { text, isGreen } = summarise([
    step({ name: 'e2e', counts: counts({ skipped: ['trains on a GPU (no GPU here)'], flaky: ['reload'] }) }),
  ])
  expect(text).toContain('skipped: e2e: trains on a GPU (no GPU here)')
  expect(text).toContain('flaky: e2e: reload')
  expect(isGreen).toBe(true)
})

test("reads vitest's report, and a file that broke before its first test", () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'a works', status: 'passed' },
          { fullName: 'b works', status: 'failed' },
          { fullName: 'c works', status: 'skipped' },
        ],
      },
      { name: 'broken.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  }
  expect(readVitest(report)).toEqual({
    passed: 1,
    failed: ['b works', 'broken.test.ts: no such module'],
    skipped: ['c works'],
    flaky: [],
  })
})

test("reads Playwright's report through nested suites", () => {
  const spec = (title, status, annotations = []) => ({ title, tests: [{ status, annotations }] })
  const report = {
    errors: [{ message: 'the server did not start' }],
    suites: [
      {
        title: 'draw.spec.ts',
        specs: [spec('draws', 'expected'), spec('saves', 'unexpected')],
        suites: [
          {
            title: 'GPU',
            specs: [
              spec('trains', 'skipped', [{ type: 'skip', description: 'no GPU' }]),
              spec('loads', 'flaky'),
            ],
          },
        ],
      },
    ],
  }
  expect(readPlaywright(report)).toEqual({
    passed: 2,
    failed: ['draw.spec.ts > saves', 'before any test: the server did not start'],
    skipped: ['draw.spec.ts > GPU > trains (no GPU)'],
    flaky: ['draw.spec.ts > GPU > loads'],
  })
})
