// A client as a web page has it: @xmpp/client over WebSocket. Obeys lines on standard input
// (`say ADDRESS TEXT`, `drop`, `stop`) and prints what happens, a line each.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { modules, service, domain, username, password } = JSON.parse(process.env.PAGE);
const { client, xml } = await import(pathToFileURL(`${modules}/@xmpp/client/index.js`));
const xmpp = client({ service, domain, username, password, resource: "browser" });

xmpp.on("online", (jid) => console.log(`online ${jid}`));
xmpp.on("error", (error) => console.log(`error ${error}`));
xmpp.on("status", (status) => console.log(`status ${status}`));
xmpp.on("element", (element) => process.stderr.write(`received ${element}\n`));
xmpp.on("send", (element) => process.stderr.write(`sent ${element}\n`));
xmpp.on("stanza", (stanza) => {
  const body = stanza.is("message") && stanza.getChildText("body");
  if (body) console.log(`message ${body}`);
});
xmpp.streamManagement.on("resumed", () => console.log("resumed"));

createInterface({ input: process.stdin }).on("line", async (line) => {
  const [word, to, ...text] = line.split(" ");
  if (word === "say") {
    await xmpp.send(xml("message", { to, type: "chat" }, xml("body", {}, text.join(" "))));
  } else if (word === "drop") {
    // As when the network goes: no close of the stream.
    xmpp.socket.socket.close();
  } else if (word === "stop") {
    await xmpp.stop();
    process.exit(0);
  }
});

await xmpp.start();
await xmpp.send(xml("presence"));
