// What a page's help panel says: paragraphs, and what its words mean.

import HelpPanel from "@cloudscape-design/components/help-panel";

export interface HelpTexts {
  text: string[];
  words?: string[][]; // a word, and what it means
}

export function Help({ title, help }: { title: string; help: HelpTexts }) {
  return (
    <HelpPanel header={<h2>{title}</h2>}>
      {help.text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {help.words && (
        <dl>
          {help.words.map(([word, meaning]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </HelpPanel>
  );
}
