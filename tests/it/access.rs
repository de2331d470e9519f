//! The matrix of access: each role against each root field, as the running server answers, printed to `docs/access.md` for
//! review. A root field or a route without a row fails here.
#![cfg(test)]

mod changes;
mod rows;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tongshi::access::Permission;
use tongshi::graphql::{id, schema};
use uuid::Uuid;

use self::changes::CHANGES;
use self::rows::{QUERIES, ROUTES, Row, Rule, form};
use crate::flow::{leave, submit};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access.md");
/// Working days, one for the request of each column.
const DAYS: [&str; 9] = ["01", "02", "03", "04", "07", "08", "09", "10", "11"];

/// Ids of objects of 张伟 and those around them, by their name in the rows.
type Objects = BTreeMap<&'static str, String>;

/// Somebody of another department who leads nobody and holds no role; and another one.
async fn strangers(admin: &Person) -> Vec<String> {
    const PEOPLE: &str = "query($d: ID!) { departments { id name } members(departmentId: $d, first: 50) { nodes { account departments { isLeader } } } }";
    let all = admin.run("{ departments { id name } roleGrants { member { account } } members(first: 100) { nodes { manager { account } } } }", json!({})).await;
    let sales = all["departments"]
        .as_array()
        .expect("departments")
        .iter()
        .find(|one| one["name"] == "销售中心");
    let found = admin
        .run(PEOPLE, json!({ "d": sales.expect("a department")["id"] }))
        .await;
    let busy: BTreeSet<&str> = all["members"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["manager"]["account"].as_str())
        .chain(
            all["roleGrants"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["member"]["account"].as_str()),
        )
        .collect();
    let plain = |one: &&Value| {
        let leads = one["departments"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|seat| seat["isLeader"] == true);
        !leads && !busy.contains(one["account"].as_str().expect("an account"))
    };
    let people = found["members"]["nodes"].as_array().expect("members").iter();
    people
        .filter(plain)
        .map(|one| one["account"].as_str().expect("an account").to_owned())
        .collect()
}

/// A fresh request of 张伟 on its way, and what belongs to it.
async fn objects(app: &TestApp, day: &str, grant: &Value) -> Objects {
    const AROUND: &str = "query($id: ID!) { viewer { member { id } } approval(id: $id) { department { id } viewerTask { id } } \
        notifications(first: 1) { nodes { id } } }";
    let (zhang, limin, head) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("wangfang").await,
    );
    let day = format!("2026-12-{day}");
    let request = submit(&zhang, leave(&day, &day)).await["id"].take();
    let around = limin.run(AROUND, json!({ "id": request })).await;
    let own = zhang
        .run("{ viewer { member { id } } sessions { id current } }", json!({}))
        .await;
    let token = "mutation { createAccessToken(input: { name: \"x\", scopes: [ORG_READ], expiresInDays: 1 }) { accessToken { id } } }";
    let token = zhang.run(token, json!({})).await;
    let session = own["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .find(|one| one["current"] == true)
        .expect("this one");
    [
        ("request", &request),
        ("member", &own["viewer"]["member"]["id"]),
        ("session", &session["id"]),
        ("department", &around["approval"]["department"]["id"]),
        ("task", &around["approval"]["viewerTask"]["id"]),
        ("notice", &around["notifications"]["nodes"][0]["id"]),
        ("grant", grant),
        ("token", &token["createAccessToken"]["accessToken"]["id"]),
        ("head", &json!(head.id().await)),
    ]
    .map(|(name, id)| (name, id.as_str().unwrap_or_else(|| panic!("no {name}")).to_owned()))
    .into()
}

/// Ids of the same kinds that nothing has.
fn absent(objects: &Objects) -> Objects {
    let absent = |public: &String| {
        let (prefix, _) = id::decode_parts(public).expect("an id");
        id::encode_parts(&prefix, Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0007))
    };
    objects.iter().map(|(name, id)| (*name, absent(id))).collect()
}

/// All rows, in the order in which they are tried.
fn rows() -> impl Iterator<Item = &'static Row> {
    QUERIES.iter().chain(CHANGES)
}

/// What is told: a code with its message, or the shape of the data.
async fn ask(app: &TestApp, person: &Person, row: &Row, objects: &Objects) -> (String, String) {
    let mut variables = row
        .variables
        .replace("{form}", form())
        .replace("{password}", tongshi::demo::PASSWORD);
    for (name, id) in objects {
        variables = variables.replace(&format!("{{{name}}}"), id);
    }
    let variables: Value = serde_json::from_str(&variables).expect("JSON");
    let (root, name) = row.field.split_once('.').expect("a root and a field");
    if root == "Subscription" {
        return (follow(app, person, row.document).await, String::new());
    }
    let (_, body) = person.send(row.document, variables).await;
    if let Some(error) = body["errors"].get(0) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        return (text(&error["extensions"]["code"]), text(&error["message"]));
    }
    let data = &body["data"][name];
    let nothing = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(Value::is_null));
    let word = if data.is_null() || nothing(data) || nothing(&data["nodes"]) {
        "nothing"
    } else {
        "yes"
    };
    (word.to_owned(), String::new())
}

/// Opens a socket and subscribes; gives the code of the refusal or of the closing.
async fn follow(app: &TestApp, person: &Person, document: &str) -> String {
    let mut request = format!("ws://{}/graphql", app.address)
        .into_client_request()
        .expect("a request");
    request.headers_mut().insert(
        "sec-websocket-protocol",
        "graphql-transport-ws".parse().expect("a header"),
    );
    let (mut socket, _) = connect_async(request).await.expect("a socket");
    let bearer = person.token.as_ref().map(|token| format!("Bearer {token}"));
    for message in [
        json!({ "type": "connection_init", "payload": { "authorization": bearer } }),
        json!({ "id": "1", "type": "subscribe", "payload": { "query": document } }),
        json!({ "type": "ping" }),
    ] {
        // A socket that was closed takes nothing any more.
        let _ = socket.send(Message::text(message.to_string())).await;
    }
    loop {
        let message = tokio::time::timeout(std::time::Duration::from_secs(20), socket.next())
            .await
            .expect("in time");
        let message = match message {
            Some(Ok(Message::Text(text))) => serde_json::from_str::<Value>(&text).expect("JSON"),
            Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code).to_string(),
            Some(Ok(_)) => continue,
            other => panic!("{other:?}"),
        };
        match message["type"].as_str() {
            Some("error") => {
                return message["payload"][0]["extensions"]["code"]
                    .as_str()
                    .expect("a code")
                    .to_owned();
            }
            Some("pong") => return "yes".to_owned(),
            _ => {}
        }
    }
}

/// Root fields of the schema as it is built.
fn fields() -> BTreeSet<String> {
    let sdl = schema::build(None, schema::Build::default()).sdl();
    let mut fields = BTreeSet::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let (_, body) = sdl.split_once(&format!("\ntype {root} {{\n")).expect("a root");
        let (body, _) = body.split_once("\n}").expect("its end");
        let (mut told, mut depth) = (false, 0_i32);
        for line in body.lines().map(str::trim) {
            if line == "\"\"\"" {
                told = !told;
                continue;
            }
            if told {
                continue;
            }
            let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            if depth == 0 && !name.is_empty() {
                fields.insert(format!("{root}.{name}"));
            }
            let count = |bracket| i32::try_from(line.matches(bracket).count()).expect("few");
            depth += count('(') - count(')');
        }
    }
    fields
}

/// Routes as the source names them.
fn routes() -> BTreeSet<String> {
    let files =
        ["mod.rs", "explorer.rs"].map(|name| format!("{}/../backend/src/http/{name}", env!("CARGO_MANIFEST_DIR")));
    let source = files
        .map(|file| std::fs::read_to_string(file).expect("source"))
        .concat();
    let after = source.split(".route(").skip(1);
    after
        .map(|rest| rest.split('"').nth(1).expect("a path").to_owned())
        .collect()
}

#[test]
fn every_root_field_and_every_route_has_a_row() {
    let known: BTreeSet<String> = rows().map(|row| row.field.to_owned()).collect();
    assert_eq!(known.len(), rows().count(), "no row stands twice");
    assert_eq!(
        fields(),
        known,
        "root fields (left) and rows of tests/it/access/rows.rs (right)"
    );
    assert!(fields().len() > 50, "the schema was read");
    let known: BTreeSet<String> = ROUTES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(routes(), known, "routes (left) and rows (right)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_answers_as_the_matrix_says() {
    let app = TestApp::start(Engine::Sqlite).await;
    let admin = app.person("admin").await;
    let plain = strangers(&admin).await;
    let (stranger, process) = (plain[0].as_str(), plain[1].as_str());
    let chosen = app.person(process).await.id().await;
    let grant = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }";
    let input = json!({ "input": { "memberId": chosen, "role": "PROCESS_ADMINISTRATOR", "scope": "ALL" } });
    let grant = admin.run(grant, input).await["grantRole"]["grant"]["id"].take();
    let columns = [
        ("anonymous", None),
        ("stranger", Some(stranger)),
        ("applicant", Some("zhangwei")),
        ("manager", Some("limin")),
        ("department head", Some("wangfang")),
        ("finance", Some("cashier")),
        ("process administrator", Some(process)),
        ("personnel", Some("hr")),
        ("administrator", Some("admin")),
    ];
    let mut answers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((name, account), day) in columns.iter().zip(DAYS) {
        let objects = objects(&app, day, &grant).await;
        let nowhere = absent(&objects);
        let person = match account {
            Some(account) => app.person(account).await,
            None => app.stranger(),
        };
        for row in rows() {
            if *name == "stranger" && matches!(row.rule, Rule::Secret(_)) {
                let (foreign, none) = (
                    ask(&app, &person, row, &objects).await,
                    ask(&app, &person, row, &nowhere).await,
                );
                assert_eq!(
                    foreign, none,
                    "{}: a foreign id must be answered like an absent one",
                    row.field
                );
            }
            answers
                .entry(row.field)
                .or_default()
                .push(ask(&app, &person, row, &objects).await.0);
        }
    }
    for row in rows() {
        let [anonymous, stranger, ..] = answers[row.field].as_slice() else {
            panic!("two columns")
        };
        let shut = if row.field.starts_with("Subscription") {
            "4401"
        } else {
            "UNAUTHENTICATED"
        };
        assert_eq!(
            anonymous == shut,
            row.rule != Rule::Public,
            "{}: nobody in particular was answered {anonymous}",
            row.field
        );
        let fits = match row.rule {
            Rule::Secret(_) => ["NOT_FOUND", "nothing"].contains(&stranger.as_str()),
            Rule::Permission("READ_DIRECTORY" | "START_APPROVALS") => stranger != "FORBIDDEN",
            Rule::Permission(_) => stranger == "FORBIDDEN",
            Rule::Public | Rule::SignedIn => {
                !["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"].contains(&stranger.as_str())
            }
        };
        assert!(fits, "{}: a stranger was answered {stranger}", row.field);
    }
    let page = page(&columns.map(|(name, _)| name), &answers);
    if std::env::var_os("TONGSHI_WRITE_ACCESS").is_some() {
        std::fs::write(FILE, &page).expect("written");
    }
    let reviewed = std::fs::read_to_string(FILE).expect("docs/access.md");
    assert!(
        reviewed == page,
        "docs/access.md is not what the server does. Review and write it: TONGSHI_WRITE_ACCESS=1 cargo test -p tests --test it access\n{page}"
    );
}

fn page(columns: &[&str], answers: &BTreeMap<&str, Vec<String>>) -> String {
    let mut page = String::from(
        "# Who may do what\n\nWritten by `tests/it/access.rs` from what the server answers; reviewed by people. Do not edit by hand.\n\n\
         ## Roles and permissions\n\nA permission reaches as far as its grant: own, department, tree, chosen departments, all.\n\n",
    );
    let roles = [
        ("member", entity::Role::Member),
        ("department leader", entity::Role::DepartmentLeader),
        ("finance", entity::Role::Finance),
        ("process administrator", entity::Role::ProcessAdministrator),
        ("personnel", entity::Role::Hr),
        ("administrator", entity::Role::Administrator),
    ];
    table(&mut page, "permission", &roles.map(|(name, _)| name));
    for permission in Permission::ALL {
        let held = roles.map(|(_, role)| if permission.held_by(role) { "yes" } else { "" });
        writeln!(page, "| {permission:?} | {} |", held.join(" | ")).expect("a string");
    }
    page.push_str(
        "\n## Root fields\n\nEach is tried with objects of one applicant (his request, the task of his manager, his department, his session), \
         by each of these people. `yes`: done or shown; `nothing`: null or an empty list, as for an id that nothing has; `INVALID` and \
         `CONFLICT`: allowed, and refused only for what was asked (the trial is made so that it changes nothing). `ALREADY_DECIDED` and \
         `NOT_ALLOWED_NOW` depend on the trials before.\n\n",
    );
    table(&mut page, "field", &[&["for"], columns].concat());
    for row in rows() {
        let rule = match row.rule {
            Rule::Public => "everyone".to_owned(),
            Rule::SignedIn => "signed in".to_owned(),
            Rule::Permission(permission) => permission.to_owned(),
            Rule::Secret(who) => format!("secret: {who}"),
        };
        writeln!(page, "| {} | {rule} | {} |", row.field, answers[row.field].join(" | ")).expect("a string");
    }
    page.push_str("\n## Routes\n\n| route | for |\n|---|---|\n");
    for (path, rule) in ROUTES {
        writeln!(page, "| {path} | {rule} |").expect("a string");
    }
    page
}

fn table(page: &mut String, first: &str, columns: &[&str]) {
    writeln!(
        page,
        "| {first} | {} |\n|---{}|",
        columns.join(" | "),
        "|---".repeat(columns.len())
    )
    .expect("a string");
}
