const focus = document.activeElement;
const ring = (part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(focus, part);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
};
const isPage = focus === document.body;
return {
  name: isPage ? '' : nameOf(focus),
  // A tab away from the last thing leads out of the page, which needs no ring.
  seen: isPage || ring(null) || ring('::after'),
};
