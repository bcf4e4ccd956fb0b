import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

import { App } from "./app";

// At once, and not when the browser has painted nothing: what the effects ask for comes sooner.
const page = document.getElementById("page");
if (page) flushSync(() => createRoot(page).render(<App />));
