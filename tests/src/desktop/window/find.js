const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const usable =
  'button, a[href], input, select, textarea, summary, ' +
  '[role=button], [role=tab], [role=switch], [role=menuitem]';
const nameOf = (element) => {
  const by = element.getAttribute('aria-labelledby');
  const referred = by && by.split(/\s+/).map((id) => document.getElementById(id)?.textContent);
  return plain(
    (referred && referred.join(' ')) ||
      element.getAttribute('aria-label') ||
      (element.labels?.length && element.labels[0].textContent) ||
      element.textContent,
  );
};
const isUsable = (element) => element.getClientRects().length > 0 && !element.disabled;
const find = (name) => {
  const all = [...document.querySelectorAll(usable)].filter(isUsable);
  const is = (test) => all.find((element) => test(nameOf(element)));
  return is((own) => own === name) ?? is((own) => own.startsWith(name)) ?? is((own) => own.includes(name));
};
const isOn = (element) =>
  element.checked === true ||
  ['aria-checked', 'aria-pressed', 'aria-selected'].some(
    (state) => element.getAttribute(state) === 'true',
  );
