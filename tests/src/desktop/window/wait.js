FINDING
const done = arguments[arguments.length - 1];
const wanted = arguments[0];
const look = () => {
  try {
    return EXPRESSION || null;
  } catch {
    return null;
  }
};
const first = look();
if (first) {
  done(first);
} else {
  const changes = new MutationObserver(() => {
    const now = look();
    if (now) end(now);
  });
  const timer = setTimeout(() => end(look()), MILLISECONDS);
  const end = (value) => {
    changes.disconnect();
    clearTimeout(timer);
    done(value);
  };
  changes.observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
}
