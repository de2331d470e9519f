"use strict";
// The token stays in this page's memory, as in the app itself.
const $ = (id) => document.getElementById(id);
let token = null;
let socket = null;

const show = (value) => {
  $("result").textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2);
};

const headers = () => ({
  "content-type": "application/json",
  accept: "application/graphql-response+json",
  "accept-language": navigator.language,
  ...(token ? { authorization: `Bearer ${token}` } : {}),
});

async function post(body) {
  const answer = await fetch("/graphql", { method: "POST", headers: headers(), body: JSON.stringify(body) });
  return answer.json();
}

function subscribe(payload) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/graphql`, "graphql-transport-ws");
  $("stop").disabled = false;
  show("");
  const add = (value) => ($("result").textContent += `${JSON.stringify(value, null, 2)}\n`);
  socket.onopen = () =>
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") socket.send(JSON.stringify({ id: "1", type: "subscribe", payload }));
    else if (message.type === "ping") socket.send('{"type":"pong"}');
    else if (message.type === "complete") socket.close(1000);
    else add(message.payload);
  };
  socket.onclose = ({ code, reason }) => {
    add({ closed: code, reason });
    $("stop").disabled = true;
  };
}

async function run() {
  socket?.close(1000);
  try {
    const payload = { query: $("query").value, variables: JSON.parse($("variables").value || "{}") };
    if (/^\s*subscription\b/m.test(payload.query)) subscribe(payload);
    else show(await post(payload));
  } catch (error) {
    show(String(error));
  }
}

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = { account: $("account").value, password: $("password").value };
  const query =
    "mutation($input: SignInInput!) { signIn(input: $input) { accessToken viewer { member { name } } } }";
  const answer = await post({ query, variables: { input } });
  const signedIn = answer.data?.signIn;
  token = signedIn?.accessToken ?? null;
  $("password").value = "";
  $("who").textContent = signedIn ? signedIn.viewer.member.name : (answer.errors?.[0]?.message ?? "");
});
$("run").addEventListener("click", run);
$("stop").addEventListener("click", () => socket?.close(1000));
$("schema").addEventListener("click", async () => {
  const type = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
  const query = `{ __schema { types { kind name description fields { name description args { name type { ${type} } } type { ${type} } } } } }`;
  show(await post({ query }));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
