// Account IDs as people list them.

export function parseAccounts(text: string): { ids: string[]; bad?: string } {
  const ids = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return { ids, bad: ids.find((id) => !/^\d{12}$/.test(id)) };
}
