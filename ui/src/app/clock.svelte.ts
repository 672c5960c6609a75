/**
 * The present, as coarse as it may be: once a minute while the window is visible, and once a second
 * only while something that counts seconds is on the page.
 */
let now = $state(Date.now());
let seconds = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970, at most a minute old while visible. */
export function present(): number {
  return now;
}

/** Starts the clock; answers how to stop it. */
export function runClock(): () => void {
  document.addEventListener('visibilitychange', wind);
  wind();
  return () => {
    document.removeEventListener('visibilitychange', wind);
    clearInterval(timer);
  };
}

/** From now on every second; answers how to end that. For `$effect`. */
export function everySecond(): () => void {
  seconds += 1;
  wind();
  return () => {
    seconds -= 1;
    wind();
  };
}

function wind(): void {
  clearInterval(timer);
  if (document.hidden) return;
  now = Date.now();
  timer = setInterval(() => (now = Date.now()), seconds > 0 ? 1e3 : 6e4);
}
