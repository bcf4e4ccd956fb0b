// Where the service asks for a key: it is kept as a cookie of this page's folder, so that pictures
// can be asked for, too.
import { useState } from "react";

export function KeyForm({ wrong }: { wrong: boolean }) {
  const [key, setKey] = useState("");
  const keep = () => {
    const folder = location.pathname.replace(/[^/]*$/, "");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `likeness_key=${encodeURIComponent(key.trim())}; SameSite=Strict; Path=${folder}; Max-Age=31536000${secure}`;
    location.reload();
  };
  return (
    <main>
      <form
        className="key-form"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <h1>likeness</h1>
        <label htmlFor="key">{wrong ? "This key is not valid (any more). Give another:" : "This catalogue needs a key:"}</label>
        <input id="key" type="password" autoComplete="off" autoFocus value={key} onChange={(event) => setKey(event.target.value)} />
        <button type="submit" disabled={!key.trim()}>
          Go on
        </button>
      </form>
    </main>
  );
}
