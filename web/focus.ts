// Where the keys go on. What had the focus is often gone when a view has changed: then the first
// picture of what is shown instead takes it. Not for a mouse, whose next click needs no focus.
import { useEffect } from "react";

let byKeys = false;
addEventListener("keydown", () => (byKeys = true), true);
addEventListener("pointerdown", () => (byKeys = false), true);

// After each change of `shown`, which is what the view shows.
export function useGoOn(shown: unknown) {
  useEffect(() => {
    if (shown && byKeys && document.activeElement === document.body) {
      document.querySelector<HTMLElement>("main .tile > .open")?.focus();
    }
  }, [shown]);
}
