// The route of the page that is shown.

import { createContext, useContext } from "react";
import type { Route } from "./routes.ts";

export const Routed = createContext<Route | undefined>(undefined);

export const useRoute = () => useContext(Routed);
