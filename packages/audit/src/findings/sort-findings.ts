import { CHECKS, type Finding, SEVERITIES } from "./finding.js";

/**
 * Findings in the order of an audit: leaks, shortcuts, faults; within a severity in the order of the checks; what is
 * still equal stays in its order.
 */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, check }: Finding): number =>
    SEVERITIES.indexOf(severity) * CHECKS.length + CHECKS.indexOf(check);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}
