import "@cloudscape-design/global-styles/index.css";
import "./app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { startRouter } from "./app/router.ts";
import { startTheme } from "./app/theme.ts";

startTheme();
startRouter();
createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
