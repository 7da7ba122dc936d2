/**
 * The steps of `npm test`, in order. A step with `needs` is left out when that one failed. `report` names the reader of
 * the JSON that the step writes; steps without it count as one check.
 */
export const TEST_STEPS = [
  { name: 'types', npm: ['typecheck'] },
  { name: 'lint', npm: ['lint'] },
  { name: 'format', npm: ['format:check'] },
  { name: 'dead code', npm: ['deadcode'] },
  { name: 'notices', node: ['bin/notices.mjs', '--check'] },
  { name: 'unit', npm: ['test:unit'], report: 'vitest' },
  { name: 'build', npm: ['build'] },
  { name: 'size budget', node: ['bin/sizeBudget.mjs'], needs: 'build' },
  { name: 'e2e', npm: ['test:e2e'], needs: 'build', report: 'playwright' },
]
