// A server that answers as S3 does, by paths, to whoever signs with the key that Picket is started with.

import { createServer, type Server } from "node:http";
import { listen } from "./port.ts";

const key = "AKIACONSOLETESTS";

export class Bucket {
  private readonly server: Server;
  private readonly files = new Map<string, string>();
  private port = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      const body = this.files.get(request.url?.split("?")[0] ?? "");
      if (!request.headers.authorization?.includes(`Credential=${key}/`)) response.writeHead(403).end();
      else if (body === undefined) response.writeHead(404, { "content-type": "application/xml" }).end("<Error><Code>NoSuchKey</Code></Error>");
      else response.writeHead(200, { etag: `"${body.length}"` }).end(body);
    });
  }

  static async open(): Promise<Bucket> {
    process.env.AWS_ACCESS_KEY_ID = key;
    process.env.AWS_SECRET_ACCESS_KEY = "secret-of-the-server";
    const bucket = new Bucket();
    bucket.port = await listen(bucket.server);
    return bucket;
  }

  // config lets a server read lists of the bucket "lists" from here.
  get config() {
    return { lists: { allow: ["127.0.0.0/8"], endpoint: `http://127.0.0.1:${this.port}`, buckets: ["lists"] } };
  }

  put(path: string, body: string) {
    this.files.set(path, body);
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
