/**
 * Keeps the event loop of this process turning until the function returned is called. Whoever writes to a process that
 * sleeps pays for waking it, half as much again as for the write; who writes several times in a row pays once. On a
 * site the other end is another machine, so for what is measured here it must never sleep.
 */
export function stayAwake(): () => void {
  let asleep = false;
  const turn = () => {
    if (!asleep) setImmediate(turn);
  };
  turn();
  return () => {
    asleep = true;
  };
}
