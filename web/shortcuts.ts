// Whether / and ? act wherever the focus is. Who speaks to the computer presses them unawares, and
// can turn them off in the help (WCAG 2.1.4); it is remembered where the browser lets us.
const name = "likeness_shortcuts";

export function shortcutsAct(): boolean {
  try {
    return localStorage.getItem(name) !== "off";
  } catch {
    return true;
  }
}

export function letShortcutsAct(act: boolean) {
  try {
    localStorage.setItem(name, act ? "on" : "off");
  } catch {
    // nothing may be kept here
  }
}
