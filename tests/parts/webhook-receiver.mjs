// A webhook receiver that trusts nothing of ours: it verifies each delivery with the published Standard Webhooks library.
// usage: node webhook-receiver.mjs PORT SECRET...     (port 0: any free one; a delivery must verify with one of the secrets)
// stdout: {"listening": PORT}, then a line {"id", "ok", "error", "type"} per delivery.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, ...secrets] = process.argv.slice(2);
const log = (line) => process.stdout.write(JSON.stringify(line) + "\n");

function verify(body, headers) {
  let last = new Error("no secret was given");
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, headers);
    } catch (error) {
      last = error;
    }
  }
  throw last;
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
      const event = verify(Buffer.concat(chunks).toString("utf8"), request.headers);
      log({ id, ok: true, error: null, type: event.type });
      response.writeHead(200, { "content-type": "text/plain" }).end(event.data.challenge ?? "");
    } catch (error) {
      log({ id, ok: false, error: error.message, type: null });
      response.writeHead(400, { "content-type": "text/plain" }).end(error.message);
    }
  });
});
server.listen(Number(port), "127.0.0.1", () => log({ listening: server.address().port }));
