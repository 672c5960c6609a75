// What scrolls by itself may hold more than it shows; what is only read aloud takes no place.
const isExempt = (one) =>
  one.parentElement?.closest('.diff, pre, [role="region"], svg') || one.closest('.unseen');
const clips = (one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX);
const main = document.querySelector('main');
const limit = main ? main.getBoundingClientRect().left + main.clientWidth : innerWidth;
const found = [];
for (const one of document.body.querySelectorAll('*')) {
  if (isExempt(one)) continue;
  const { left, right, width } = one.getBoundingClientRect();
  const line = one.outerHTML.slice(0, 120);
  const most = main?.contains(one) && one !== main ? limit : innerWidth;
  if (width > 0 && (right > most + 1 || left < -1)) found.push(`beyond the edge: ${line}`);
  if (clips(one) && one.scrollWidth > one.clientWidth + 1) found.push(`clipped: ${line}`);
}
return found;
