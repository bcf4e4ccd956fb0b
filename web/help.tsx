import { useEffect, useRef, useState } from "react";

import { letShortcutsAct, shortcutsAct } from "./shortcuts";

const keys: [string, string][] = [
  ["Arrows", "go from picture to picture"],
  ["Enter", "show what is like it"],
  ["l", "like it, too; u: not such ones; w: why it is there"],
  ["/", "search keys"],
  ["Esc", "back to the catalogue"],
  ["?", "this help"],
];

// Closed by the browser, which gives the focus back to what had it.
export function Help({ onClose }: { onClose: () => void }) {
  const [act, setAct] = useState(shortcutsAct);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector("button")?.focus();
  }, []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Help">
      <h2>How this works</h2>
      <p>
        Click a picture: it moves to the top, and what looks like it is shown below, nearest first. ♥ adds one to what
        is liked, ✕ asks for less of its kind, i tells why it is there. Drop, paste or choose any picture to see what is like that.
      </p>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>
        <label>
          <input
            type="checkbox"
            checked={act}
            onChange={(event) => {
              letShortcutsAct(event.target.checked);
              setAct(event.target.checked);
            }}
          />{" "}
          / and ? act wherever you are
        </label>
      </p>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
