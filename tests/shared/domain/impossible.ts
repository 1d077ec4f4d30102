/** placeholder */
export function ruleBreaks(..._all: unknown[]): string[] {
  return [];
}
