// A webhook receiver that uses no code of ours: it verifies each delivery with the published Standard Webhooks library.
// usage: node webhook-receiver.mjs PORT SECRET...
//   (port 0: any free port; a delivery must verify with one of the secrets)
// stdin: further secrets, one per line; each is acknowledged by {"secrets": number of secrets now}.
// stdout: {"listening": PORT}, then one line {"id", "ok", "error", "type", "by"} per delivery; "by" lists the numbers
// of the secrets that verify it ("0 1").
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

const [port, ...secrets] = process.argv.slice(2);
const log = (line) => process.stdout.write(JSON.stringify(line) + "\n");
createInterface({ input: process.stdin }).on("line", (secret) => log({ secrets: secrets.push(secret) }));

function verify(body, headers) {
  let last = new Error("no secret was given");
  let event = null;
  const by = [];
  secrets.forEach((secret, number) => {
    try {
      event = new Webhook(secret).verify(body, headers);
      by.push(number);
    } catch (error) {
      last = error;
    }
  });
  if (event === null) {
    throw last;
  }
  return { event, by };
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.method !== "POST") {
      response.writeHead(405).end();
      return;
    }
    const id = request.headers["webhook-id"] ?? null;
    try {
      const { event, by } = verify(Buffer.concat(chunks).toString("utf8"), request.headers);
      log({ id, ok: true, error: null, type: event.type, by: by.join(" ") });
      response.writeHead(200, { "content-type": "text/plain" }).end(event.data.challenge ?? "");
    } catch (error) {
      log({ id, ok: false, error: error.message, type: null, by: "" });
      response.writeHead(400, { "content-type": "text/plain" }).end(error.message);
    }
  });
});
server.listen(Number(port), "127.0.0.1", () => log({ listening: server.address().port }));
