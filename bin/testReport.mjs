/**
 * What a test run came to.
 *
 * @typedef {{ passed: number, failed: readonly string[], skipped: readonly string[], flaky: readonly string[] }} TestCounts
 */

/**
 * Reads vitest's JSON reporter.
 *
 * @returns {TestCounts}
 */
export function readVitest(report) {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map(({ fullName, status }) => ({ name: fullName, status, file: file.name })),
  )
  const named = (statuses) => tests.filter(({ status }) => statuses.includes(status)).map(({ name }) => name)
  // A file that fails before its first test has no test to show for it.
  const brokenFiles = report.testResults
    .filter(
      (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
    )
    .map((file) => `${file.name}: ${file.message}`)
  return {
    passed: named(['passed']).length,
    failed: [...named(['failed']), ...brokenFiles],
    skipped: named(['skipped', 'pending', 'todo', 'disabled']),
    flaky: [],
  }
}

/**
 * Reads Playwright's JSON reporter. A test that needed a retry passed, and is named.
 *
 * @returns {TestCounts}
 */
export function readPlaywright(report) {
  const tests = report.suites.flatMap((suite) => testsOf(suite, []))
  const named = (status) => tests.filter((test) => test.status === status).map(({ name }) => name)
  return {
    passed: named('expected').length + named('flaky').length,
    failed: [...named('unexpected'), ...report.errors.map(({ message }) => `before any test: ${message}`)],
    skipped: named('skipped'),
    flaky: named('flaky'),
  }
}

function testsOf(suite, path) {
  const here = [...path, suite.title]
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => {
      const reason = test.annotations.find(({ type }) => type === 'skip')?.description
      const name = [...here, spec.title].join(' > ')
      return { name: reason === undefined ? name : `${name} (${reason})`, status: test.status }
    }),
  )
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, here))]
}

/**
 * The summary's lines. The last one, alone on its line, is `N passed, N failed, N skipped`.
 *
 * @param {readonly { name: string, seconds: number, outcome: 'passed' | 'failed' | 'skipped', why: string | null, counts: TestCounts | null }[]} results
 * @returns {{ text: string, isGreen: boolean }}
 */
export function summarise(results) {
  const lines = ['', 'step          time  result']
  const total = { passed: 0, failed: 0, skipped: 0 }
  const notes = []
  for (const { name, seconds, outcome, why, counts } of results) {
    const own = countsOf(outcome, counts)
    for (const key of Object.keys(total)) total[key] += own[key]
    const detail =
      counts === null
        ? outcome
        : `${outcome}: ${own.passed} passed, ${own.failed} failed, ${own.skipped} skipped`
    lines.push(
      `${name.padEnd(12)} ${seconds.toFixed(1).padStart(5)}s ${detail}${why === null ? '' : ` (${why})`}`,
    )
    for (const kind of ['failed', 'skipped', 'flaky']) {
      for (const test of counts?.[kind] ?? []) notes.push(`${kind}: ${name}: ${test.split('\n')[0]}`)
    }
  }
  const text = [
    ...lines,
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  ].join('\n')
  return { text, isGreen: total.failed === 0 && total.passed > 0 }
}

function countsOf(outcome, counts) {
  if (counts === null) {
    return { passed: 0, failed: 0, skipped: 0, [outcome]: 1 }
  }
  // A step can fail without a failing test (an error outside every test): that counts as one.
  const failed = Math.max(counts.failed.length, outcome === 'failed' ? 1 : 0)
  return { passed: counts.passed, failed, skipped: counts.skipped.length }
}
