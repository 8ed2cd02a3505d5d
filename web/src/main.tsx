import "@cloudscape-design/global-styles/index.css";
import "./app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startSession } from "./api/session.ts";
import { App } from "./app/App.tsx";
import { startFocus } from "./app/focus.ts";
import { startPages } from "./app/pages.ts";
import { startRouter } from "./app/router.ts";
import { startTheme } from "./app/theme.ts";

startTheme();
startRouter();
startPages();
startFocus();
startSession();
createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
