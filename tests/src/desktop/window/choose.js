const list = find(arguments[0]);
const options = [...(list.options ?? [])];
const option = options.find((one) => plain(one.textContent) === arguments[1]);
if (!option) return options.map((one) => one.textContent).join(', ');
list.value = option.value;
list.dispatchEvent(new Event('input', { bubbles: true }));
list.dispatchEvent(new Event('change', { bubbles: true }));
return true;
