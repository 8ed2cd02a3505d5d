import "@cloudscape-design/global-styles/index.css";
import "./app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startSession } from "./api/session.ts";
import { App } from "./app/App.tsx";
import { startFocus } from "./app/focus.ts";
import { beginPage, startPages } from "./app/pages.ts";
import { startRouter } from "./app/router.ts";
import { startTheme } from "./app/theme.ts";

const patience = 300; // ms

startTheme();
startRouter();
startPages();
startFocus();
// What is drawn before it is known who looks, and at what, is drawn twice.
void Promise.race([startSession().then(beginPage), new Promise((resolve) => setTimeout(resolve, patience))]).then(() =>
  createRoot(document.getElementById("app")!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
