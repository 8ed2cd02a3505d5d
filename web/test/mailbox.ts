// An SMTP server that keeps what it gets.

import { createServer, type Socket } from "node:net";
import { listen } from "./port.ts";

export interface Letter {
  to: string;
  subject: string;
  text: string; // the text part, decoded
}

export class Mailbox {
  readonly port: number;
  private readonly server;
  private letters: Letter[] = [];
  private waiting: ((letter: Letter) => void)[] = [];

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.server = server;
    this.port = port;
  }

  static async open(): Promise<Mailbox> {
    const server = createServer();
    const box = new Mailbox(server, await listen(server));
    server.on("connection", (socket) => converse(socket, (letter) => box.arrive(letter)));
    return box;
  }

  // config has a server send its mail here, at once.
  get config() {
    return { mail: { host: "127.0.0.1", port: this.port, security: "none", from: "Picket <picket@example.com>", wait: "1ms" } };
  }

  // next waits for a mail.
  next(): Promise<Letter> {
    const here = this.letters.shift();
    return here ? Promise.resolve(here) : new Promise((resolve) => this.waiting.push(resolve));
  }

  close() {
    this.server.close();
  }

  private arrive(letter: Letter) {
    const first = this.waiting.shift();
    if (first) first(letter);
    else this.letters.push(letter);
  }
}

function converse(socket: Socket, arrived: (letter: Letter) => void) {
  let buffer = "";
  let to = "";
  let inData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  say("220 mailbox");
  socket.on("error", () => socket.destroy());
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const end = inData ? buffer.indexOf("\r\n.\r\n") : buffer.indexOf("\r\n");
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 5 : 2));
      if (inData) {
        inData = false;
        arrived(readLetter(to, part.replace(/^\.\./gm, ".")));
        say("250 kept");
        continue;
      }
      const command = part.slice(0, 4).toUpperCase();
      if (command === "RCPT") to = /<(.*)>/.exec(part)?.[1] ?? "";
      if (command === "DATA") {
        inData = true;
        say("354 go on");
      } else if (command === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("250 mailbox");
    }
  });
}

function readLetter(to: string, source: string): Letter {
  const subject = header(source, "Subject");
  const boundary = /boundary="?([^";\r\n]+)/i.exec(source)?.[1];
  const parts = boundary ? source.split(`--${boundary}`) : [source];
  const plain = parts.find((part) => /^\s*Content-[\s\S]*text\/plain/i.test(part)) ?? source;
  const at = plain.indexOf("\r\n\r\n");
  return { to, subject, text: decode(plain.slice(at + 4), header(plain, "Content-Transfer-Encoding")) };
}

function header(part: string, name: string): string {
  const found = new RegExp(`^${name}: *(.*(?:\\r\\n[ \\t].*)*)`, "im").exec(part)?.[1] ?? "";
  return found.replace(/\r\n[ \t]/g, " ").trim();
}

function decode(body: string, encoding: string): string {
  if (encoding.toLowerCase() === "base64") return Buffer.from(body, "base64").toString("utf8");
  const raw = encoding.toLowerCase() === "quoted-printable" ? body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : body;
  return Buffer.from(raw, "latin1").toString("utf8");
}
