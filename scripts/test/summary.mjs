/**
 * The sums of a report of vitest's. What failed without being a test counts as one failure, too: a file that could not
 * be loaded, or a run that ended badly although each test passed (an error that nobody caught).
 */
export function summarise(report, succeeded) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const why = broken.map(({ name, message }) => `${name} could not be run: ${message}`);
  let failed = report.numFailedTests + broken.length;
  if (!succeeded && failed === 0) {
    why.push('vitest ended with an error although no test failed; see above');
    failed = 1;
  }
  return {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests + report.numTodoTests,
    why,
  };
}
