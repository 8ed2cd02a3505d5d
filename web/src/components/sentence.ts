// What the server says in few words, as a sentence begins.

export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
