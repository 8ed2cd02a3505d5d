import { useEffect } from "react";
import { base } from "../../api/call.ts";
import { navigate } from "../../app/router.ts";

export default function Already() {
  useEffect(() => navigate(base, { replace: true }), []);
  return null;
}
