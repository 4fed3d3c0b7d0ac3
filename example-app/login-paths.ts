/** Where a login begins, where the provider sends people back to. */
export function loginPaths(provider: string) {
  const start = `/auth/${provider}`;
  return { start, callback: `${start}/callback` };
}
