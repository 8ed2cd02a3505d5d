import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

// Few rules: what finds mistakes. How code is laid out is for people to judge.
export default ts.config(
  js.configs.recommended,
  ts.configs.recommended,
  { plugins: { "react-hooks": hooks }, rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" } },
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { property: "dangerouslySetInnerHTML", message: "Render elements: what others wrote is shown, never run." },
        { property: "innerHTML", message: "Render elements: what others wrote is shown, never run." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Render elements: what others wrote is shown, never run." },
      ],
    },
  },
);
