// A client as a web page has it: @xmpp/client over WebSocket. Obeys lines of JSON on standard input
// and tells what happens in lines of JSON, `[what, ...]`.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { modules, service, domain, username, password } = JSON.parse(process.env.PAGE);
const load = (path) => import(pathToFileURL(`${modules}/${path}`));
const { client, xml } = await load("@xmpp/client/index.js");
const { default: parse } = await load("ltx/lib/parse.js");
const xmpp = client({ service, domain, username, password, resource: "browser" });

const tell = (...what) => console.log(JSON.stringify(what));
xmpp.on("online", (jid) => tell("online", String(jid)));
xmpp.on("error", (error) => tell("error", String(error)));
xmpp.on("status", (status) => tell("status", status));
xmpp.on("stanza", (stanza) => tell(stanza.name, String(stanza)));
xmpp.on("send", (element) => {
  if (element.is("authenticate", "urn:xmpp:sasl:2")) tell("mechanism", element.attrs.mechanism);
});
xmpp.streamManagement.on("resumed", () => tell("resumed"));

const commands = {
  send: ({ element }) => xmpp.send(parse(element)),
  ask: ({ element, number }) =>
    xmpp.iqCaller.request(parse(element)).then(
      (answer) => tell("answer", number, String(answer)),
      (error) => tell("refused", number, String(error.condition ?? error)),
    ),
  // As when the network goes: no close of the stream.
  drop: () => xmpp.socket.socket.close(),
  leave: () => xmpp.stop(),
  start: () => xmpp.start(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...told } = JSON.parse(line);
  await commands[command](told);
}
